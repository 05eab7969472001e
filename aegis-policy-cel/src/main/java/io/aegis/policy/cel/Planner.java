package io.aegis.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.runtime.CelEvaluationException;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.cel.Term.Compared;
import io.aegis.policy.cel.Term.Compared.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a condition that was checked into nodes. Its logic is ours, since until when a result holds
 * is worked out along with it; so are the terms that conditions mostly consist of, since they are
 * asked a million times a second. All other terms go to the interpreter of CEL, each by itself.
 */
final class Planner {

  private static final Map<String, Relation> RELATIONS =
      Map.of(
          "_<_", Relation.LESS,
          "_<=_", Relation.AT_MOST,
          "_>_", Relation.GREATER,
          "_>=_", Relation.AT_LEAST);

  private final CelAbstractSyntaxTree checked;
  private final Places places;
  private int terms;

  Planner(CelAbstractSyntaxTree checked, Places places) {
    this.checked = checked;
    this.places = places;
  }

  /** How many terms want to be remembered. */
  int terms() {
    return terms;
  }

  /**
   * Plans an expression that is true or false.
   *
   * @throws InvalidConditionException if CEL cannot plan a term of it
   */
  Node plan(CelExpr expression) {
    if (expression.getKind() != Kind.CALL) {
      return simple(expression).orElseGet(() -> term(expression));
    }
    List<CelExpr> arguments = expression.call().args();
    return switch (expression.call().function()) {
      case Functions.AND -> Junction.and(flat(expression, Functions.AND));
      case Functions.OR -> Junction.or(flat(expression, Functions.OR));
      case Functions.NOT -> new Logic.Not(plan(arguments.getFirst()));
      case Functions.CHOICE ->
          new Logic.Choice(plan(arguments.get(0)), plan(arguments.get(1)), plan(arguments.get(2)));
      case Functions.UNEQUAL ->
          same(arguments).<Node>map(Logic.Not::new).orElseGet(() -> term(expression));
      default -> simple(expression).orElseGet(() -> term(expression));
    };
  }

  private List<Node> flat(CelExpr expression, String function) {
    if (expression.getKind() != Kind.CALL || !expression.call().function().equals(function)) {
      return List.of(plan(expression));
    }
    var parts = new ArrayList<Node>();
    expression.call().args().forEach(part -> parts.addAll(flat(part, function)));
    return parts;
  }

  private Optional<Node> simple(CelExpr expression) {
    Optional<Path> path = Path.of(expression);
    if (path.isPresent()) {
      return path.map(Term.IsTrue::new);
    }
    return switch (expression.getKind()) {
      case CONSTANT ->
          expression.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
              ? Optional.of(new Logic.Fixed(expression.constant().booleanValue()))
              : Optional.empty();
      case SELECT ->
          Path.of(expression.select().operand(), expression.select().field())
              .map(Term.Present::new);
      case CALL -> call(expression.call().function(), expression.call().args());
      default -> Optional.empty();
    };
  }

  private Optional<Node> call(String function, List<CelExpr> arguments) {
    return switch (function) {
      case Functions.EQUAL -> same(arguments);
      case Functions.IN -> member(arguments);
      case "_<_", "_<=_", "_>_", "_>=_" -> compared(function, arguments);
      case Vocabulary.WITHIN_HOURS ->
          Optional.of(
              new TimeTerm.WithinHours(
                  WeeklyHours.parse(text(arguments, 0), HelperCheck.zone(text(arguments, 1)))));
      case Vocabulary.FRESH ->
          Optional.of(new TimeTerm.Fresh(fact(arguments), DurationText.parse(text(arguments, 1))));
      case Vocabulary.AUTHENTICATED_WITHIN ->
          Optional.of(new TimeTerm.AuthenticatedWithin(DurationText.parse(text(arguments, 0))));
      case Vocabulary.IN_NETWORK ->
          aboutPath(arguments, (path, text) -> new Term.InNetwork(path, HelperCheck.network(text)));
      default ->
          VersionOrder.of(function)
              .flatMap(order ->
                  aboutPath(
                      arguments,
                      (path, text) -> new Term.OfVersion(order, path, Version.parseExact(text))));
    };
  }

  private static String text(List<CelExpr> arguments, int index) {
    return Path.literal(arguments.get(index)).orElseThrow(); // HelperCheck saw to it
  }

  private static Path.OfFact fact(List<CelExpr> arguments) {
    return (Path.OfFact) Path.of(arguments.getFirst()).orElseThrow(); // HelperCheck saw to it
  }

  private static Optional<Node> aboutPath(
      List<CelExpr> arguments, java.util.function.BiFunction<Path, String, Node> made) {
    Optional<String> literal = Path.literal(arguments.get(1));
    return Path.of(arguments.getFirst())
        .flatMap(path -> literal.map(text -> made.apply(path, text)));
  }

  private static Optional<Node> same(List<CelExpr> arguments) {
    Optional<Path> path = arguments.stream().flatMap(each -> Path.of(each).stream()).findFirst();
    Optional<Object> literal =
        arguments.stream().flatMap(each -> constant(each).stream()).findFirst();
    return path.flatMap(there -> literal.map(value -> new Term.Same(there, value)));
  }

  private static Optional<Object> constant(CelExpr expression) {
    if (expression.getKind() != Kind.CONSTANT) {
      return Optional.empty();
    }
    CelConstant constant = expression.constant();
    return switch (constant.getKind()) {
      case STRING_VALUE -> Optional.of(constant.stringValue());
      case BOOLEAN_VALUE -> Optional.of(constant.booleanValue());
      case INT64_VALUE -> Optional.of(constant.int64Value());
      default -> Optional.empty();
    };
  }

  private static Optional<Node> member(List<CelExpr> arguments) {
    CelExpr element = arguments.get(0);
    CelExpr whole = arguments.get(1);
    Optional<Path> present = Path.ofMember(whole, element);
    if (present.isPresent()) {
      return present.map(Term.Present::new);
    }
    Optional<Path> path = Path.of(element);
    if (path.isPresent() && whole.getKind() == Kind.LIST) {
      var literals = new HashSet<String>();
      whole.list().elements().forEach(each -> Path.literal(each).ifPresent(literals::add));
      boolean plain =
          whole.list().elements().stream().allMatch(each -> Path.literal(each).isPresent());
      return plain ? path.map(there -> new Term.OneOf(there, literals)) : Optional.empty();
    }
    return Path.of(whole)
        .flatMap(there -> Path.literal(element).map(text -> new Term.Member(text, there)));
  }

  private static Optional<Node> compared(String function, List<CelExpr> arguments) {
    Relation relation = RELATIONS.get(function);
    CelExpr left = arguments.get(0);
    CelExpr right = arguments.get(1);
    if (relation == null) {
      return Optional.empty();
    }
    if (HelperCheck.isWhole(right)) {
      return Path.of(left).map(path -> new Compared(path, relation, right.constant().int64Value()));
    }
    return HelperCheck.isWhole(left)
        ? Path.of(right)
            .map(path -> new Compared(path, relation.mirrored(), left.constant().int64Value()))
        : Optional.empty();
  }

  Node term(CelExpr expression) {
    Map.Entry<CelAbstractSyntaxTree, Map<String, Slots.Slot>> alone = Slots.of(checked, expression);
    try {
      return new CelTerm(
          Vocabulary.cel().createProgram(alone.getKey()),
          alone.getValue(),
          terms++,
          places.place(expression));
    } catch (CelEvaluationException | RuntimeException e) {
      throw new InvalidConditionException(
          List.of(places.mistake(expression, "this cannot be worked out (write it otherwise)")));
    }
  }
}
