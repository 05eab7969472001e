package io.aegis.policy.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import java.util.List;
import java.util.stream.Stream;

/** What expressions consist of. */
final class Parts {

  private Parts() {}

  static List<CelExpr> of(CelExpr expression) {
    return switch (expression.getKind()) {
      case SELECT -> List.of(expression.select().operand());
      case CALL ->
          Stream.concat(expression.call().target().stream(), expression.call().args().stream())
              .toList();
      case LIST -> expression.list().elements();
      case COMPREHENSION -> of(expression.comprehension());
      case MAP ->
          expression.map().entries().stream()
              .flatMap(entry -> Stream.of(entry.key(), entry.value()))
              .toList();
      case STRUCT -> expression.struct().entries().stream().map(entry -> entry.value()).toList();
      case CONSTANT, IDENT, NOT_SET -> List.of();
    };
  }

  private static List<CelExpr> of(CelComprehension loop) {
    return List.of(
        loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result());
  }
}
