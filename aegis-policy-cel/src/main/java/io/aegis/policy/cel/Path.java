package io.aegis.policy.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Input;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One value that a request may have, by a name that stands in the condition: a {@link Variable}, a
 * claim, or a fact of the device.
 */
sealed interface Path {

  /** The key of a device by which conditions read its id; a fact of this name is not readable. */
  String DEVICE_ID = "id";

  /** A value that every request has, or that it may lack. */
  record Plain(Variable variable) implements Path {
    @Override
    public @Nullable Object read(AccessRequest request) {
      return variable.read(request);
    }

    @Override
    public Optional<Input> input() {
      return variable.input();
    }

    @Override
    public String toString() {
      return variable.toString();
    }
  }

  /** A claim of the principal. */
  record Claim(String name) implements Path {
    @Override
    public @Nullable Object read(AccessRequest request) {
      return request.principal().claims().get(name);
    }

    @Override
    public Optional<Input> input() {
      return Optional.of(new Input.Claim(name));
    }

    @Override
    public String toString() {
      return Variable.PRINCIPAL_CLAIMS + key(name);
    }
  }

  /** The id of the device. */
  record OfDevice() implements Path {
    @Override
    public @Nullable Object read(AccessRequest request) {
      Device device = request.device();
      return device == null ? null : device.id();
    }

    @Override
    public Optional<Input> input() {
      return Optional.of(new Input.DeviceId());
    }

    @Override
    public String toString() {
      return Root.DEVICE.variable() + "." + DEVICE_ID;
    }
  }

  /** A fact of the device. */
  record OfFact(String name) implements Path {
    @Override
    public @Nullable Object read(AccessRequest request) {
      Fact fact = fact(request);
      return fact == null ? null : fact.value();
    }

    @Nullable Fact fact(AccessRequest request) {
      Device device = request.device();
      return device == null ? null : device.facts().get(name);
    }

    @Override
    public Optional<Input> input() {
      return Optional.of(new Input.DeviceFact(name));
    }

    @Override
    public String toString() {
      return Root.DEVICE.variable() + key(name);
    }
  }

  /**
   * Returns the value: a text, a number ({@link Long}), a truth, or a collection of texts.
   *
   * @return null if it is absent
   */
  @Nullable Object read(AccessRequest request);

  /** Returns what to re-evaluate by, unless every decision has it anyway. */
  Optional<Input> input();

  /** Returns the path that an expression is, if it is one. */
  static Optional<Path> of(CelExpr expression) {
    return switch (expression.getKind()) {
      case SELECT ->
          expression.select().testOnly()
              ? Optional.empty()
              : of(expression.select().operand(), expression.select().field());
      case CALL ->
          expression.call().function().equals("_[_]")
              ? literal(expression.call().args().get(1))
                  .flatMap(key -> ofKey(expression.call().args().get(0), key))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Returns the path of a part of an expression, if it is one. */
  static Optional<Path> of(CelExpr whole, String part) {
    if (whole.getKind() == CelExpr.ExprKind.Kind.IDENT) {
      Optional<Root> root = Root.of(whole.ident().name());
      return root.equals(Optional.of(Root.DEVICE))
          ? ofKey(whole, part)
          : root.flatMap(known -> Variable.find(known, part))
              .filter(variable -> variable != Variable.PRINCIPAL_CLAIMS)
              .map(Plain::new);
    }
    return ofKey(whole, part);
  }

  private static Optional<Path> ofKey(CelExpr map, String key) {
    if (isDevice(map)) {
      return Optional.of(key.equals(DEVICE_ID) ? new OfDevice() : new OfFact(key));
    }
    return isClaims(map) ? Optional.of(new Claim(key)) : Optional.empty();
  }

  /** Returns the path whose presence {@code key in map} asks for, if it does. */
  static Optional<Path> ofMember(CelExpr map, CelExpr key) {
    return literal(key).flatMap(name -> ofKey(map, name));
  }

  private static boolean isDevice(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.IDENT
        && expression.ident().name().equals(Root.DEVICE.variable());
  }

  private static boolean isClaims(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.SELECT
        && !expression.select().testOnly()
        && expression.select().field().equals(Variable.PRINCIPAL_CLAIMS.field())
        && expression.select().operand().getKind() == CelExpr.ExprKind.Kind.IDENT
        && expression.select().operand().ident().name().equals(Root.PRINCIPAL.variable());
  }

  /** Returns the text of a literal, if an expression is one. */
  static Optional<String> literal(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? Optional.of(expression.constant().stringValue())
        : Optional.empty();
  }

  private static String key(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? "." + name : "[\"" + name + "\"]";
  }
}
