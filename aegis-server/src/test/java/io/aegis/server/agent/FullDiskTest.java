package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.wire.SealVerifier;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Removal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that cannot be written holds up additions and never a removal. */
final class FullDiskTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  @TempDir private Path temporary;
  private InMemoryEnforcer enforcer;
  private StateDirectory directory;
  private Ledger ledger;
  private Applier applier;

  @BeforeEach
  void grantInForce() throws Exception {
    enforcer =
        new InMemoryEnforcerProvider()
            .open(
                new EnforcerSettings(
                    "test",
                    List.of(InterfaceSettings.enforcing("eth0")),
                    List.of(),
                    10,
                    CLOCK,
                    Map.of()));
    directory = StateDirectory.open(temporary.resolve("state"));
    ledger = Ledger.open(directory, NOW);
    ledger.beginEpoch(1);
    var state = new AppliedState();
    var gate =
        new GrantGate(
            "gw",
            new SealVerifier(
                Map.of(
                    "k1", KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic())),
            (grant, now) -> Optional.empty(),
            ledger,
            CLOCK);
    applier =
        new Applier(
            enforcer, ledger, state, gate, CLOCK, new AnswerWriter(ledger, state, () -> 0L));
    Grant grant =
        Grant.until(
            new GrantId(1),
            IpAddress.parse("10.77.1.10"),
            Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443),
            NOW.plus(Duration.ofMinutes(1)));
    enforcer.apply(GrantUpdate.adding(grant));
    state.put(grant, 1);
  }

  @AfterEach
  void close() throws IOException {
    enforcer.close();
    ledger.close();
    directory.close();
  }

  @Test
  void delta_ledgerCannotBeWritten_removesAllTheSame() throws IOException {
    ledger.close(); // every write fails from here on, as on a full disk
    Delta delta =
        Delta.newBuilder()
            .setSerial(1)
            .setEpoch(1)
            .setFromRevision(1)
            .setToRevision(2)
            .addRemoves(Removal.newBuilder().setGrantId(1).setRevision(2))
            .build();
    assertThatThrownBy(() -> applier.delta(delta)).isInstanceOf(IOException.class);
    assertThat(enforcer.grants()).isEmpty();
  }
}
