package io.aegis.policy.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What of CEL's own functions a condition may call. Everything else is refused when it is loaded.
 */
final class Functions {

  static final String AND = "_&&_";
  static final String OR = "_||_";
  static final String NOT = "!_";
  static final String CHOICE = "_?_:_";
  static final String EQUAL = "_==_";
  static final String UNEQUAL = "_!=_";
  static final String IN = "@in";
  static final String INDEX = "_[_]";
  static final String PLUS = "_+_";

  /** Through these a time helper may be reached: they keep track of until when they hold. */
  static final Set<String> LOGIC = Set.of(AND, OR, NOT, CHOICE);

  private static final Set<String> OPERATORS =
      Set.of(
          EQUAL,
          UNEQUAL,
          "_<_",
          "_<=_",
          "_>_",
          "_>=_",
          IN,
          INDEX,
          PLUS,
          "_-_",
          "_*_",
          "_/_",
          "_%_",
          "-_",
          "@not_strictly_false");

  /** What compares two numbers. */
  static final Set<String> ORDER = Set.of("_<_", "_<=_", "_>_", "_>=_");

  private static final String CONTAINS = "contains";

  private static final List<String> NAMED =
      List.of("size", CONTAINS, "startsWith", "endsWith", "int", "string");

  /** How many steps it is taken for to look for one text in another. */
  private static final int STEPS_OF_A_SEARCH = 50;

  private static final String TIME =
      " (time is reached through within_hours, fresh and authenticated_within alone)";

  private static final Map<String, String> ELSE =
      Map.of(
          "matches",
          " (use startsWith, endsWith, contains or in)",
          "timestamp",
          TIME,
          "duration",
          TIME + "; they take texts such as \"8h\"",
          "double",
          " (numbers are whole: int)",
          "now",
          TIME);

  private Functions() {}

  static boolean isAllowed(String function) {
    return LOGIC.contains(function) || OPERATORS.contains(function) || NAMED.contains(function);
  }

  /** Returns how many steps a call is, without its arguments. */
  static long weight(CelCall call) {
    boolean isLiteral =
        call.function().equals(IN) && call.args().get(1).getKind() == CelExpr.ExprKind.Kind.LIST;
    return switch (call.function()) {
      case IN -> isLiteral ? call.args().get(1).list().elements().size() : Inspection.ASSUMED_LIST;
      case CONTAINS -> STEPS_OF_A_SEARCH;
      default -> 1;
    };
  }

  /** Says that there is no such function, and what there is. */
  static String refusal(String function) {
    var known = new ArrayList<>(NAMED);
    known.addAll(Vocabulary.helpers());
    Stream.of("has", "all", "exists", "exists_one", "map", "filter").forEach(known::add);
    return "there is no " + function + "() in conditions" + remedy(function, known);
  }

  /** Says that there is no such variable, and what there is. */
  static String unknownName(String name) {
    List<String> roots = Stream.of(Root.values()).map(Root::variable).toList();
    String variables = " (there are " + String.join(", ", roots);
    String meant = name.equals("user") ? "; did you mean 'principal'?" : "";
    return "there is no '" + name + "'" + remedy(name, roots, variables + ")") + meant;
  }

  private static String remedy(String name, List<String> known) {
    return remedy(name, known, "");
  }

  private static String remedy(String name, List<String> known, String otherwise) {
    String remedy = name.startsWith("get") ? TIME : ELSE.get(name);
    if (remedy != null) {
      return remedy;
    }
    return otherwise + Nearest.hint(name, known);
  }
}
