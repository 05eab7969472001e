/** What an enforcer is, and the in-memory reference enforcer that every other one is held to. */
@org.jspecify.annotations.NullMarked
module io.aegis.enforcer.spi {
  requires transitive io.aegis.api;
  requires static transitive org.jspecify;

  exports io.aegis.enforcer.spi;

  uses io.aegis.enforcer.spi.EnforcerProvider;

  provides io.aegis.enforcer.spi.EnforcerProvider with
      io.aegis.enforcer.spi.InMemoryEnforcerProvider;
}
