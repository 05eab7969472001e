package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import io.aegis.policy.AccessRequest;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Our logic and our terms against the interpreter of CEL, which gets the condition as a whole. */
class DifferentialProperties {

  @Provide
  Arbitrary<String> conditions() {
    return Texts.conditions(Texts.timeless());
  }

  @Property(tries = 1_000)
  void plan_comes_to_what_the_interpreter_comes_to(@ForAll("conditions") String text)
      throws CelValidationException {
    CelValidationResult parsed = Vocabulary.cel().parse(text);
    CelValidationResult result = Vocabulary.cel().check(parsed.getAst());
    Assume.that(!result.hasError()); // compares what cannot be compared
    CelAbstractSyntaxTree checked = result.getAst();
    var places = new Places(text, checked.getSource());

    for (AccessRequest request : new AccessRequest[] {Requests.full(), Requests.bare()}) {
      var planner = new Planner(checked, places);
      Node planned = planner.plan(checked.getExpr());
      Node interpreted = new Planner(checked, places).term(checked.getExpr());

      Truth expected = interpreted.evaluate(new Moment(request, 1));
      Truth actual = planned.evaluate(new Moment(request, planner.terms()));

      Statistics.collect(expected);
      assertThat(actual).isEqualTo(expected);
    }
  }
}
