package io.aegis.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives each value of the request that a term looks at a variable of its own, so that the
 * interpreter asks for just that value, and hears which one is absent.
 */
final class Slots {

  /**
   * What a variable stands for.
   *
   * @param path the value
   * @param presence whether its presence is meant instead of itself
   */
  record Slot(Path path, boolean presence) {}

  private final Map<String, Slot> slots = new HashMap<>();
  private final Map<Long, CelReference> references;

  private Slots(Map<Long, CelReference> references) {
    this.references = new HashMap<>(references);
  }

  /** Returns a term by itself, with what its variables stand for. */
  static Map.Entry<CelAbstractSyntaxTree, Map<String, Slot>> of(
      CelAbstractSyntaxTree checked, CelExpr term) {
    var slots = new Slots(checked.getReferenceMap());
    CelExpr replaced = slots.replaced(term);
    CelAbstractSyntaxTree alone =
        CelAbstractSyntaxTree.newCheckedAst(
            replaced, checked.getSource(), slots.references, checked.getTypeMap());
    return Map.entry(alone, Map.copyOf(slots.slots));
  }

  private CelExpr replaced(CelExpr expression) {
    Optional<Path> path = Path.of(expression);
    if (path.isPresent()) {
      return variable(expression, new Slot(path.get(), false));
    }
    return switch (expression.getKind()) {
      case SELECT -> {
        CelExpr whole = expression.select().operand();
        String field = expression.select().field();
        yield Path.of(whole, field)
            .map(present -> variable(expression, new Slot(present, true)))
            .orElseGet(() ->
                CelExpr.ofSelect(
                    expression.id(), replaced(whole), field, expression.select().testOnly()));
      }
      case CALL -> call(expression, expression.call());
      case LIST ->
          CelExpr.newBuilder()
              .setId(expression.id())
              .setList(
                  CelExpr.CelList.newBuilder()
                      .addElements(all(expression.list().elements()))
                      .build())
              .build();
      case COMPREHENSION -> loop(expression.id(), expression.comprehension());
      case CONSTANT, IDENT, MAP, STRUCT, NOT_SET -> expression;
    };
  }

  private CelExpr call(CelExpr expression, CelCall call) {
    if (call.function().equals(Functions.IN)) {
      Optional<Path> member = Path.ofMember(call.args().get(1), call.args().get(0));
      if (member.isPresent()) {
        return variable(expression, new Slot(member.get(), true));
      }
    }
    CelCall.Builder builder =
        CelCall.newBuilder().setFunction(call.function()).addArgs(all(call.args()));
    call.target().ifPresent(target -> builder.setTarget(replaced(target)));
    return CelExpr.newBuilder().setId(expression.id()).setCall(builder.build()).build();
  }

  private CelExpr loop(long id, CelComprehension loop) {
    return CelExpr.ofComprehension(
        id,
        loop.iterVar(),
        replaced(loop.iterRange()),
        loop.accuVar(),
        replaced(loop.accuInit()),
        replaced(loop.loopCondition()),
        replaced(loop.loopStep()),
        replaced(loop.result()));
  }

  private List<CelExpr> all(List<CelExpr> expressions) {
    return expressions.stream().map(this::replaced).toList();
  }

  private CelExpr variable(CelExpr expression, Slot slot) {
    // No name that somebody could give a variable of a loop.
    String name = "@" + (slot.presence() ? "has_" : "") + slots.size();
    slots.put(name, slot);
    references.put(expression.id(), CelReference.newBuilder().setName(name).build());
    return CelExpr.ofIdent(expression.id(), name);
  }
}
