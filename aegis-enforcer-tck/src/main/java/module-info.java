/**
 * The contract kit: suites that any enforcer must pass, a corpus of packets, and a builder of
 * frames. For the test scope of a backend, on its class path.
 */
@org.jspecify.annotations.NullMarked
open module io.aegis.enforcer.tck {
  requires transitive io.aegis.enforcer.spi;
  requires transitive net.jqwik.api;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;
  requires static org.jspecify;

  exports io.aegis.enforcer.tck;

  uses io.aegis.enforcer.spi.EnforcerProvider;
}
