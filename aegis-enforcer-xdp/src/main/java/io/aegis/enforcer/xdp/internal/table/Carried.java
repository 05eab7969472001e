package io.aegis.enforcer.xdp.internal.table;

/** A grant on its way from one table to another: as it was applied, with what it has seen. */
public final class Carried {

  private final Terms terms;
  private final Seen seen;

  Carried(Terms terms, Seen seen) {
    this.terms = terms;
    this.seen = seen;
  }

  Terms terms() {
    return terms;
  }

  Seen seen() {
    return seen;
  }
}
