/**
 * The decision engine: pure, immutable once compiled, without I/O, threads or a clock of its own.
 */
@org.jspecify.annotations.NullMarked
module io.aegis.policy {
  requires transitive io.aegis.api;
  requires static transitive org.jspecify;

  exports io.aegis.policy;
}
