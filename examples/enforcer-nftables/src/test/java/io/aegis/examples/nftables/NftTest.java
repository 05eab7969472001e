package io.aegis.examples.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be told without root. */
final class NftTest {
  @TempDir private Path folder;

  @Test
  void open_withoutTheProgram_namesThePackage() {
    var provider = new NftablesEnforcerProvider(new Nft(List.of("/no/such/nft")), folder);
    assertThatThrownBy(() -> provider.open(settings("eth0")))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
        .hasMessageContaining("apt-get install nftables");
  }

  @Test
  void check_ofANameThatNftCannotTake_isRefused() {
    for (String name : List.of("eth0*", "a\"b", "a;b", "a{b")) {
      assertThatThrownBy(() -> new NftablesEnforcerProvider().check(settings(name)))
          .isInstanceOfSatisfying(
              EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_SETTINGS))
          .hasMessageContaining(name);
    }
  }

  private static EnforcerSettings settings(String name) {
    return new EnforcerSettings(
        "one",
        List.of(InterfaceSettings.enforcing(name)),
        List.of(),
        64,
        InstantSource.fixed(Instant.EPOCH),
        Map.of());
  }

  @Test
  void note_ofTheLongestGrant_fitsIntoAComment() {
    Instant end = Instant.MAX;
    IpAddress address = IpAddress.parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    Target target = new Target(Prefix.of(address), Protocol.TCP, PortRange.of(65_535));
    Grant longest =
        Grant.until(new GrantId(Long.MAX_VALUE), address, target, end)
            .withIdleLimit(java.time.Duration.ofMillis(Long.MAX_VALUE))
            .withNeedsLease(true);
    assertThat(GrantNote.of(longest)).hasSizeLessThan(128).doesNotContain("\"");
  }
}
