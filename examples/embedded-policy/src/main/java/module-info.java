/** A program that decides and enforces by itself, with the published modules of Aegis alone. */
@org.jspecify.annotations.NullMarked
module io.aegis.examples.embedded {
  requires io.aegis.enforcer.spi;
  requires io.aegis.policy;
  requires static org.jspecify;

  uses io.aegis.enforcer.spi.EnforcerProvider;
}
