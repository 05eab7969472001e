package io.aegis.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.aegis.policy.Input;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through a condition before it is run: whether every name and function is there, every
 * literal of a helper is one, time is reached where it is kept track of, and the whole is not too
 * much work. It finds the inputs on the way.
 */
final class Inspection {

  /** What one evaluation may cost, in steps of the interpreter. */
  static final int MOST_STEPS = 20_000;

  /** How long a list of a request is taken to be for that. */
  static final int ASSUMED_LIST = 100;

  private static final Set<CelType> NUMBERS = Set.of(SimpleType.INT);

  private final Places places;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final Set<Input> inputs = new LinkedHashSet<>();
  private final Set<String> bound = new HashSet<>();
  private long steps;

  private Inspection(Places places) {
    this.places = places;
  }

  /** Looks through a condition that was parsed. */
  static Inspection of(CelExpr root, Places places) {
    var inspection = new Inspection(places);
    inspection.look(root, true, 1);
    if (inspection.steps > MOST_STEPS) {
      inspection.mistakes.add(
          places.mistake(
              root,
              "the condition could take "
                  + inspection.steps
                  + " steps, and at most "
                  + MOST_STEPS
                  + " are allowed (use fewer loops, or in)"));
    }
    return inspection;
  }

  /** Finds in a condition whose types were checked what only types tell. */
  static List<Mistake> ofTypes(CelAbstractSyntaxTree checked, CelExpr part, Places places) {
    var mistakes = new ArrayList<Mistake>();
    if (part.getKind() == CelExpr.ExprKind.Kind.CALL) {
      String function = part.call().function();
      List<CelExpr> arguments = part.call().args();
      boolean plus = function.equals(Functions.PLUS) && !isAccumulator(arguments.getFirst());
      if (plus && !NUMBERS.contains(checked.getTypeOrThrow(part.id()))) {
        mistakes.add(places.mistake(part, "texts and lists cannot be joined; + is for numbers"));
      }
      boolean numbers =
          arguments.stream().anyMatch(each -> NUMBERS.contains(checked.getTypeOrThrow(each.id())));
      if (Functions.ORDER.contains(function) && !numbers) {
        mistakes.add(
            places.mistake(
                part, "only numbers have an order (versions: version_at_least and its like)"));
      }
    }
    Parts.of(part).forEach(each -> mistakes.addAll(ofTypes(checked, each, places)));
    return mistakes;
  }

  List<Mistake> mistakes() {
    return mistakes;
  }

  Set<Input> inputs() {
    return inputs;
  }

  private void add(CelExpr where, String what) {
    mistakes.add(places.mistake(where, what));
  }

  private void look(CelExpr expression, boolean tracked, long times) {
    steps += times;
    Optional<Path> path = Path.of(expression);
    if (path.isPresent()) {
      path.get().input().ifPresent(inputs::add);
      return;
    }
    switch (expression.getKind()) {
      case IDENT -> lookAtName(expression);
      case SELECT -> lookAtField(expression, times);
      case CALL -> lookAtCall(expression, tracked, times);
      case LIST -> expression.list().elements().forEach(each -> look(each, false, times));
      case COMPREHENSION -> lookAtLoop(expression, times);
      case MAP, STRUCT -> add(expression, "there are no maps and no objects in conditions");
      case CONSTANT -> lookAtConstant(expression);
      case NOT_SET -> {}
    }
  }

  // A request has no fractions, which compare inexactly, and nothing that is null.
  private void lookAtConstant(CelExpr expression) {
    switch (expression.constant().getKind()) {
      case DOUBLE_VALUE ->
          add(
              expression,
              "numbers are whole (write 7, not 7.0; a version stands in quotation marks)");
      case UINT64_VALUE -> add(expression, "numbers have no letters (write 7, not 7u)");
      case BYTES_VALUE -> add(expression, "there are no bytes in conditions (write a text)");
      case NULL_VALUE ->
          add(expression, "nothing is null (write !has(device.x) for what is absent)");
      default -> {}
    }
  }

  private void lookAtName(CelExpr expression) {
    String name = expression.ident().name();
    if (bound.contains(name) || isAccumulator(expression)) {
      return;
    }
    Optional<Root> root = Root.of(name);
    add(
        expression,
        root.isEmpty()
            ? Functions.unknownName(name)
            : name + " is no value by itself (name what you want of it: " + example(root.get()));
  }

  private static String example(Root root) {
    return (root == Root.DEVICE ? "device.os_version" : Variable.of(root).getFirst()) + ")";
  }

  private void lookAtField(CelExpr expression, long times) {
    CelExpr whole = expression.select().operand();
    String field = expression.select().field();
    Optional<Path> path = Path.of(whole, field);
    boolean isRoot = whole.getKind() == CelExpr.ExprKind.Kind.IDENT;
    Optional<Root> root = isRoot ? Root.of(whole.ident().name()) : Optional.empty();
    if (path.isPresent()) {
      path.get().input().ifPresent(inputs::add); // has(…)
    } else if (root.isPresent() && Variable.find(root.get(), field).isPresent()) {
      add(expression, "name the claim, as in principal.claims.department");
    } else if (root.isPresent()) {
      List<String> fields = Variable.of(root.get()).stream().map(Variable::field).toList();
      String there = " (there are " + String.join(", ", fields) + ")";
      add(
          expression,
          "there is no '"
              + whole.ident().name()
              + "."
              + field
              + "'"
              + there
              + Nearest.hint(field, fields));
    } else {
      look(whole, false, times);
    }
  }

  private void lookAtCall(CelExpr expression, boolean tracked, long times) {
    CelCall call = expression.call();
    String function = call.function();
    if (Vocabulary.helpers().contains(function) && call.target().isEmpty()) {
      mistakes.addAll(HelperCheck.of(expression, places));
      if (function.equals(Vocabulary.AUTHENTICATED_WITHIN)) {
        inputs.add(new Input.Authenticated());
      }
      if (Vocabulary.TIME_HELPERS.contains(function) && !tracked) {
        add(
            expression,
            function
                + "() stands by itself or below &&, ||, ! and ?:, and nowhere else"
                + " (write !"
                + function
                + "(…) for its opposite)");
      }
    } else if (function.equals(Functions.IN) && isMap(call.args().get(1))) {
      lookAtKey(expression, call.args().get(1), call.args().get(0));
      return;
    } else if (function.equals(Functions.INDEX) && isMap(call.args().get(0))) {
      lookAtKey(expression, call.args().get(0), call.args().get(1));
      return;
    } else if (!Functions.isAllowed(function)) {
      add(expression, Functions.refusal(function));
    }
    mistakes.addAll(LiteralCheck.of(call, places));
    steps += times * (Functions.weight(call) - 1);
    boolean logic = tracked && Functions.LOGIC.contains(function);
    Parts.of(expression).forEach(part -> look(part, logic, times));
  }

  private void lookAtKey(CelExpr expression, CelExpr map, CelExpr key) {
    Path.ofMember(map, key)
        .ifPresentOrElse(
            path -> path.input().ifPresent(inputs::add),
            () -> add(expression, "name the key in quotation marks, as in device[\"os_version\"]"));
  }

  private static boolean isMap(CelExpr expression) {
    return Path.ofMember(expression, CelExpr.ofConstant(0, ANY_KEY)).isPresent();
  }

  private static final dev.cel.common.ast.CelConstant ANY_KEY =
      dev.cel.common.ast.CelConstant.ofValue("key");

  private void lookAtLoop(CelExpr expression, long times) {
    CelComprehension loop = expression.comprehension();
    String name = loop.iterVar();
    if (Root.of(name).isPresent() || bound.contains(name)) {
      add(expression, "'" + name + "' means something already (call it something else)");
      return;
    }
    look(loop.iterRange(), false, times);
    boolean literal = loop.iterRange().getKind() == CelExpr.ExprKind.Kind.LIST;
    long length = literal ? loop.iterRange().list().elements().size() : ASSUMED_LIST;
    bound.add(name);
    look(loop.accuInit(), false, times);
    look(loop.loopCondition(), false, times * length);
    look(loop.loopStep(), false, times * length);
    look(loop.result(), false, times);
    bound.remove(name);
  }

  private static boolean isAccumulator(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.IDENT
        && expression.ident().name().startsWith("@");
  }
}
