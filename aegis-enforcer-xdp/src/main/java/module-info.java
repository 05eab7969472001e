/** XDP backend. Exports nothing: it is reached through ServiceLoader alone. */
module io.aegis.enforcer.xdp {
  requires io.aegis.api;
  requires io.aegis.enforcer.spi;
  requires static org.jspecify;

  provides io.aegis.enforcer.spi.EnforcerProvider with
      io.aegis.enforcer.xdp.internal.XdpEnforcerProvider;
}
