package io.aegis.policy.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import io.aegis.api.IpAddress;
import io.aegis.policy.Assurance;
import io.aegis.policy.InvalidConditionException.Mistake;
import io.aegis.policy.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Looks at texts that are compared with values of one form: written otherwise, they would equal
 * none, which makes a {@code ==} never hold and a {@code !=} always.
 */
final class LiteralCheck {

  private static final Set<String> COMPARED =
      Set.of(Functions.EQUAL, Functions.UNEQUAL, Functions.IN);

  private final Places places;
  private final List<Mistake> mistakes = new ArrayList<>();

  private LiteralCheck(Places places) {
    this.places = places;
  }

  /** Returns what is wrong with the texts of a comparison; nothing for another call. */
  static List<Mistake> of(CelCall call, Places places) {
    var check = new LiteralCheck(places);
    if (COMPARED.contains(call.function()) && call.args().size() == 2) {
      check.look(call.args().get(0), call.args().get(1));
      check.look(call.args().get(1), call.args().get(0));
    } else if (call.function().equals("contains")) {
      check.lookAtSought(call.args().getFirst());
    }
    return check.mistakes;
  }

  private void look(CelExpr one, CelExpr other) {
    if (!(Path.of(one).orElse(null) instanceof Path.Plain(Variable variable))) {
      return;
    }
    switch (variable) {
      case SOURCE_ADDRESS -> texts(other, LiteralCheck::address);
      case SOURCE_MAC -> texts(other, LiteralCheck::mac);
      case SOURCE_ASSURANCE -> texts(other, text -> Assurance.parse(text).toString());
      default -> {}
    }
  }

  private void texts(CelExpr expression, UnaryOperator<String> form) {
    if (expression.getKind() == CelExpr.ExprKind.Kind.LIST) {
      expression.list().elements().forEach(each -> texts(each, form));
    }
    Optional<String> text = Path.literal(expression);
    if (text.isEmpty()) {
      return;
    }
    try {
      String written = form.apply(text.get());
      if (!written.equals(text.get())) {
        mistakes.add(
            places.mistake(
                expression,
                Refusal.quoted(text.get()) + " would equal nothing (write '" + written + "')"));
      }
    } catch (IllegalArgumentException e) {
      mistakes.add(
          places.mistake(
              expression,
              Refusal.quoted(text.get())
                  + " would equal nothing: "
                  + Refusal.onOneLine(e.getMessage())));
    }
  }

  private static String address(String text) {
    return IpAddress.parse(text).toString();
  }

  private static String mac(String text) {
    return new Link(null, null, text).knownMac().orElseThrow();
  }

  /** The work of a search is the length of the one text times that of the other. */
  private void lookAtSought(CelExpr sought) {
    Optional<String> text = Path.literal(sought);
    if (text.isEmpty() || text.get().length() > LONGEST_SOUGHT) {
      mistakes.add(
          places.mistake(
              sought,
              "contains() takes a text that stands here, of at most "
                  + LONGEST_SOUGHT
                  + " characters"));
    }
  }

  /** The longest text that contains() looks for, in characters. */
  static final int LONGEST_SOUGHT = 100;
}
