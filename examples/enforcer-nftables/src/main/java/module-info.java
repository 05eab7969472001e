/** An enforcer on nftables. Exports nothing: it is reached through ServiceLoader alone. */
@org.jspecify.annotations.NullMarked
module io.aegis.examples.nftables {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires io.aegis.enforcer.spi;
  requires static org.jspecify;

  provides io.aegis.enforcer.spi.EnforcerProvider with
      io.aegis.examples.nftables.NftablesEnforcerProvider;
}
