package io.aegis.server.pki;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * What an agent on another machine needs: its certificate and key, the CA, the key that verifies
 * grants, and a configuration that names them all.
 */
public final class AgentBundle {

  static final String CERTIFICATE = "agent.crt";
  static final String KEY = "agent.key";
  static final String CA = "ca.crt";
  static final String VERIFICATION_KEY = "verification.pub";
  static final String CONFIGURATION = "agent.toml";

  private static final Duration VALIDITY = Duration.ofDays(365);

  private AgentBundle() {}

  /**
   * Writes a bundle.
   *
   * @param authority who vouches for the agent, and for the grants it gets
   * @param name the gateway's name: 1 to 63 lower-case letters, digits and dashes
   * @param directory where to; made with mode 0700, or empty
   * @param controllers where agents reach the controller; at least one
   * @param clock now
   * @return the files written
   * @throws PkiException if the directory is not empty or cannot be written: nothing of what was
   *     there was changed
   * @throws IllegalArgumentException if the name is none, or there is no controller
   */
  public static List<Path> write(
      Authority authority,
      String name,
      Path directory,
      List<InetSocketAddress> controllers,
      InstantSource clock)
      throws PkiException {
    AgentNames.require(name);
    if (controllers.isEmpty()) {
      throw new IllegalArgumentException("a bundle names at least one controller");
    }
    requireEmpty(directory);
    KeyPair pair = Issuer.newKeyPair();
    X509Certificate certificate =
        authority
            .issuer()
            .issue(
                "Aegis agent " + name,
                pair.getPublic(),
                List.of(
                    new GeneralName(GeneralName.uniformResourceIdentifier, AgentNames.uri(name))),
                KeyPurposeId.id_kp_clientAuth,
                clock.instant(),
                VALIDITY);
    X509Certificate ca = authority.issuer().certificate();
    PemFile.makeDirectory(directory);
    Path key = directory.resolve(KEY);
    PemFile.writeSecret(key, PemFile.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
    Path chain = directory.resolve(CERTIFICATE);
    PemFile.write(chain, ControllerPki.text(List.of(certificate, ca)));
    Path caFile = directory.resolve(CA);
    PemFile.write(caFile, ControllerPki.text(List.of(ca)));
    Path verification = directory.resolve(VERIFICATION_KEY);
    PemFile.write(verification, SigningKey.publicText(authority.signingKey().publicKey()));
    Path configuration = directory.resolve(CONFIGURATION);
    PemFile.writeSecret(configuration, configuration(name, controllers));
    return List.of(chain, key, caFile, verification, configuration);
  }

  private static void requireEmpty(Path directory) throws PkiException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw new PkiException(
            "writing a bundle to "
                + directory
                + ": there is something in it already; name a directory that is empty or absent");
      }
    } catch (IOException e) {
      throw new PkiException(
          "writing a bundle to %s: %s (%s)"
              .formatted(directory, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static String configuration(String name, List<InetSocketAddress> controllers) {
    return """
    # Agent of gateway %s. Copy this directory to the gateway, name the interface, and start it
    # there: aegis agent --config agent.toml
    [agent]
    controllers = [%s]
    certificate = './%s'
    key = './%s'
    ca = './%s'
    verification_key = './%s'

    # The outside interface. Begin with mode = "audit": it admits all but malformed frames and
    # counts what it would have dropped.
    [[agent.interface]]
    name = "eth0"
    mode = "audit"
    """
        .formatted(
            name,
            controllers.stream()
                .map(address -> "\"" + AgentCredentials.endpoint(address) + "\"")
                .collect(Collectors.joining(", ")),
            CERTIFICATE,
            KEY,
            CA,
            VERIFICATION_KEY);
  }
}
