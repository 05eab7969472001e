package io.aegis.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tomlj.Toml;

class AgentBundleTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final List<InetSocketAddress> CONTROLLERS =
      List.of(
          InetSocketAddress.createUnresolved("controller.test", 7443),
          InetSocketAddress.createUnresolved("fd77::1", 7443));

  @TempDir private Path temporary;
  private ControllerPki pki;

  @BeforeEach
  void open() throws Exception {
    pki = ControllerPki.open(temporary.resolve("pki"), Set.of("controller.test"), () -> NOW);
  }

  private Path bundle() {
    return temporary.resolve("bundle");
  }

  private AgentCredentials.Files files() {
    return new AgentCredentials.Files(
        bundle().resolve("agent.crt"),
        bundle().resolve("agent.key"),
        bundle().resolve("ca.crt"),
        bundle().resolve("verification.pub"));
  }

  private void write() throws PkiException {
    AgentBundle.write(pki.authority(), "edge-1", bundle(), CONTROLLERS, () -> NOW);
  }

  @Test
  void bundle_written_isWhatAnAgentNeeds() throws Exception {
    List<Path> written =
        AgentBundle.write(pki.authority(), "edge-1", bundle(), CONTROLLERS, () -> NOW);
    assertThat(written).hasSize(5).allMatch(Files::isRegularFile);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle())))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(bundle().resolve("agent.key"))))
        .isEqualTo("rw-------");

    AgentCredentials credentials = AgentCredentials.load(files(), () -> NOW);
    assertThat(credentials.name()).isEqualTo("edge-1");
    var seal = pki.signingKey().sealer().seal(List.of());
    credentials.verifier().verify(seal, 0);
  }

  @Test
  void configuration_isTomlAndNamesTheFiles() throws Exception {
    write();
    var toml = Toml.parse(bundle().resolve("agent.toml"));
    assertThat(toml.errors()).isEmpty();
    assertThat(toml.getString("agent.certificate"))
        .as("also where the directory was carried to")
        .isEqualTo("./agent.crt");
    assertThat(toml.getArrayOrEmpty("agent.controllers").toList())
        .containsExactly("controller.test:7443", "[fd77::1]:7443");
    assertThat(toml.getArrayOrEmpty("agent.interface").size()).isEqualTo(1);
  }

  @Test
  void bundle_existing_isNeverOverwritten() throws Exception {
    write();
    String key = Files.readString(bundle().resolve("agent.key"));
    assertThatThrownBy(this::write)
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("there is something in it already");
    assertThat(Files.readString(bundle().resolve("agent.key"))).isEqualTo(key);
  }

  @Test
  void name_thatIsNone_writesNothing() {
    for (String bad : new String[] {"", "Edge", "a b", "-a", "a-", "a/b", "..", "x".repeat(64)}) {
      assertThatThrownBy(
              () -> AgentBundle.write(pki.authority(), bad, bundle(), CONTROLLERS, () -> NOW))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("an agent is named by");
    }
    assertThat(bundle()).doesNotExist();
  }

  private void refused(Instant now, String... words) {
    assertThatThrownBy(() -> AgentCredentials.load(files(), () -> now))
        .isInstanceOf(PkiException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void certificate_expired_saysWhatToDo() throws Exception {
    write();
    refused(
        NOW.plus(Duration.ofDays(366)),
        bundle().resolve("agent.crt").toString(),
        "expired at",
        "agent-bundle",
        "set the clock");
  }

  @Test
  void clock_beforeTheCertificate_saysSo() throws Exception {
    write();
    refused(NOW.minus(Duration.ofHours(1)), "agent.crt", "is valid from", "set the clock");
  }

  @Test
  void files_ofTwoBundles_areRefused() throws Exception {
    write();
    Path other = temporary.resolve("other");
    AgentBundle.write(pki.authority(), "edge-2", other, CONTROLLERS, () -> NOW);
    Files.copy(
        other.resolve("agent.key"),
        bundle().resolve("agent.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    refused(NOW, "agent.key", "is not the one of the certificate");
  }

  @Test
  void certificate_ofAnotherAuthority_isRefused() throws Exception {
    write();
    ControllerPki strangers =
        ControllerPki.open(temporary.resolve("strangers"), Set.of("controller.test"), () -> NOW);
    Files.copy(
        strangers.caCertificateFile(),
        bundle().resolve("ca.crt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    refused(NOW, "agent.crt", "was not issued by", "ca.crt");
  }

  @Test
  void certificate_thatNamesNoAgent_isRefused() throws Exception {
    write();
    Files.copy(
        pki.serverCertificateFile(),
        bundle().resolve("agent.crt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        pki.serverKeyFile(),
        bundle().resolve("agent.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    refused(NOW, "names no agent");
  }

  @Test
  void verificationKey_thatIsNone_isNamed() throws Exception {
    write();
    Files.writeString(bundle().resolve("verification.pub"), "nothing");
    refused(NOW, "verification.pub", "BEGIN PUBLIC KEY");
  }
}
