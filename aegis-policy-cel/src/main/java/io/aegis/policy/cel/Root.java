package io.aegis.policy.cel;

import java.util.Arrays;
import java.util.Optional;

/** The names that stand before the period of a variable. */
enum Root {
  PRINCIPAL("principal"),
  AUTH("auth"),
  SOURCE("source"),
  DEVICE("device"),
  SERVICE("service");

  private final String variable;

  Root(String variable) {
    this.variable = variable;
  }

  static Optional<Root> of(String name) {
    return Arrays.stream(values()).filter(root -> root.variable.equals(name)).findFirst();
  }

  String variable() {
    return variable;
  }
}
