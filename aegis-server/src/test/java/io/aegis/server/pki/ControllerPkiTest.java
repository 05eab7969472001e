package io.aegis.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerPkiTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Set<String> NAMES =
      Set.of("controller.test", "10.77.0.1", "fd77::1", "Controller.TEST");

  @TempDir private Path temporary;

  private Path directory() {
    return temporary.resolve("pki");
  }

  private ControllerPki open(Set<String> names, Instant now) throws PkiException {
    return ControllerPki.open(directory(), names, () -> now);
  }

  private X509Certificate server(Set<String> names, Instant now) throws PkiException {
    return open(names, now).server().chain().getFirst();
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void firstStart_makesEverythingWithNarrowModes() throws Exception {
    ControllerPki pki = open(NAMES, NOW);
    assertThat(mode(directory())).isEqualTo("rwx------");
    for (String secret : new String[] {"ca.key", "server.key", "signing.key"}) {
      assertThat(mode(directory().resolve(secret))).as(secret).isEqualTo("rw-------");
    }
    assertThat(pki.server().chain()).hasSize(2);
    assertThat(pki.server().chain().getFirst().getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(pki.server().serverContext()).isNotNull();
    assertThat("" + pki.server() + pki.signingKey())
        .doesNotContain("PRIVATE")
        .contains("TlsIdentity[CN=Aegis controller]");
    try (var files = Files.list(directory())) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactlyInAnyOrder(
              "ca.crt", "ca.key", "server.crt", "server.key", "signing.key", "signing.pub");
    }
  }

  @Test
  void laterStart_readsTheSame() throws Exception {
    ControllerPki first = open(NAMES, NOW);
    ControllerPki second = open(NAMES, NOW.plus(Duration.ofDays(200)));
    assertThat(second.server()).isEqualTo(first.server());
    assertThat(second.signingKey()).isEqualTo(first.signingKey());
  }

  @Test
  void names_changed_makeANewServerCertificateOfTheSameAuthority() throws Exception {
    ControllerPki first = open(NAMES, NOW);
    ControllerPki second = open(Set.of("other.test"), NOW);
    assertThat(second.server().chain().getFirst()).isNotEqualTo(first.server().chain().getFirst());
    assertThat(second.server().authority()).isEqualTo(first.server().authority());
    assertThat(second.server().chain().getFirst().getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("other.test");
  }

  @Test
  void certificate_aboutToExpire_isMadeAnew() throws Exception {
    X509Certificate first = server(NAMES, NOW);
    assertThat(server(NAMES, NOW.plus(Duration.ofDays(330)))).isEqualTo(first);
    assertThat(server(NAMES, NOW.plus(Duration.ofDays(340)))).isNotEqualTo(first);
    // Also long after.
    assertThat(server(NAMES, NOW.plus(Duration.ofDays(900)))).isNotEqualTo(first);
  }

  @Test
  void authority_expiredOrNotYetValid_isToldInOneLine() throws Exception {
    open(NAMES, NOW);
    assertThatThrownBy(() -> open(NAMES, NOW.plus(Duration.ofDays(4000))))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining(directory().resolve("ca.crt").toString())
        .hasMessageContaining("expired at")
        .hasMessageContaining("set the clock");
    assertThatThrownBy(() -> open(NAMES, NOW.minus(Duration.ofDays(1))))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("is valid from")
        .hasMessageEndingWith("set the clock");
  }

  @Test
  void key_readableByOthers_isRefused() throws Exception {
    open(NAMES, NOW);
    Path key = directory().resolve("ca.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> open(NAMES, NOW))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining(key.toString())
        .hasMessageContaining("chmod 600");
  }

  @Test
  void key_ofAnotherCertificate_isRefused() throws Exception {
    open(NAMES, NOW);
    ControllerPki other = ControllerPki.open(temporary.resolve("other"), NAMES, () -> NOW);
    Files.copy(
        temporary.resolve("other/ca.key"),
        directory().resolve("ca.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(other).isNotNull();
    assertThatThrownBy(() -> open(NAMES, NOW))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("is not the one of the certificate");
  }

  @Test
  void file_missingOrDamaged_isNamed() throws Exception {
    open(NAMES, NOW);
    Path certificate = directory().resolve("ca.crt");
    String good = Files.readString(certificate);
    Files.delete(certificate);
    assertThatThrownBy(() -> open(NAMES, NOW))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining(certificate.toString())
        .hasMessageContaining("there is no such file; restore it");
    Files.writeString(certificate, "nothing");
    assertThatThrownBy(() -> open(NAMES, NOW)).hasMessageContaining("BEGIN CERTIFICATE");
    Files.writeString(certificate, good.replaceFirst("M", "_"));
    assertThatThrownBy(() -> open(NAMES, NOW)).isInstanceOf(PkiException.class);
    Files.writeString(certificate, good);
    Files.writeString(directory().resolve("signing.key"), "nothing");
    assertThatThrownBy(() -> open(NAMES, NOW)).hasMessageContaining("BEGIN PRIVATE KEY");
  }

  @Test
  void signingKey_lost_isNotReplacedSilently() throws Exception {
    open(NAMES, NOW);
    Files.delete(directory().resolve("signing.key"));
    assertThatThrownBy(() -> open(NAMES, NOW))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("signing.key");
  }

  @Test
  void serverKey_leftBehindByAKill_isMadeAnew() throws Exception {
    open(NAMES, NOW);
    Files.copy(
        directory().resolve("ca.key"),
        directory().resolve("server.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    ControllerPki mended = open(NAMES, NOW);
    assertThat(
            Validity.isPair(
                mended.server().chain().getFirst().getPublicKey(), mended.server().key()))
        .isTrue();
  }

  @Test
  void name_thatIsNone_isRefused() {
    for (String bad : new String[] {"", "a b", "-x", "10.0.0", "x;y", "a\n"}) {
      assertThatThrownBy(() -> open(Set.of(bad), NOW))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> open(Set.of(), NOW)).isInstanceOf(IllegalArgumentException.class);
    assertThat(directory()).doesNotExist();
  }
}
