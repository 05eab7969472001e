package io.aegis.server.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.server.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EnforcersTest {

  /** A provider that is only looked at. */
  private record Named(String name) implements EnforcerProvider {
    @Override
    public Enforcer open(EnforcerSettings settings) {
      throw new AssertionError("opened");
    }

    @Override
    public List<String> detach(String instance) {
      throw new AssertionError("detached");
    }
  }

  @Test
  void named_ofSeveral_isThatOne() {
    var xdp = new Named("xdp");
    assertThat(Enforcers.named("xdp", "default", List.of(new Named("memory"), xdp))).isSameAs(xdp);
  }

  @Test
  void named_whenThereIsNone_namesThoseThereAre() {
    assertThatThrownBy(() ->
            Enforcers.named(
                "xpd", "flag --enforcer", List.of(new Named("xdp"), new Named("memory"))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "flag --enforcer: agent.enforcer: there is no enforcer 'xpd' (did you mean 'xdp'?);"
                + " there are: memory, xdp (those of a plugin: if its jar is in AEGIS_PLUGINS)");
  }

  @Test
  void named_whenTwoHaveOneName_isRefused() {
    assertThatThrownBy(
            () -> Enforcers.named("xdp", "default", List.of(new Named("xdp"), new Named("xdp"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two enforcers are named 'xdp'");
  }
}
