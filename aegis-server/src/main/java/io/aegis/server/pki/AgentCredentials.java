package io.aegis.server.pki;

import io.aegis.wire.SealVerifier;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who an agent is and whom it believes, as its files say.
 *
 * @param name the gateway's name, from the certificate
 * @param identity for its connections
 * @param verifier knows the keys with which grants are sealed
 */
public record AgentCredentials(String name, TlsIdentity identity, SealVerifier verifier) {

  private static final String NEW_BUNDLE =
      "write a new bundle with 'aegis controller agent-bundle'";

  /**
   * The files of an agent.
   *
   * @param certificate its certificate, PEM
   * @param key the certificate's key, PEM, mode 0600
   * @param ca who vouches for controllers, PEM
   * @param verificationKey with what grants are verified, PEM; several keys while one is replaced
   */
  public record Files(Path certificate, Path key, Path ca, Path verificationKey) {}

  /**
   * Reads the files.
   *
   * @param files where they are
   * @param clock now
   * @return the credentials, valid now
   * @throws PkiException if a file cannot be read, is damaged, does not belong to the others, or is
   *     not valid now; the message names it
   */
  public static AgentCredentials load(Files files, InstantSource clock) throws PkiException {
    List<X509Certificate> chain = PemFile.certificates(files.certificate());
    X509Certificate certificate = chain.getFirst();
    PrivateKey key = PemFile.privateKey(files.key());
    List<X509Certificate> authority = PemFile.certificates(files.ca());
    Validity.requireValidAt(clock.instant(), certificate, files.certificate(), NEW_BUNDLE);
    Validity.requirePair(certificate, files.certificate(), key, files.key());
    for (X509Certificate ca : authority) {
      Validity.requireValidAt(clock.instant(), ca, files.ca(), NEW_BUNDLE);
    }
    if (authority.stream().noneMatch(ca -> Validity.isIssuedBy(certificate, ca))) {
      Validity.requireIssuedBy(certificate, files.certificate(), authority.getFirst(), files.ca());
    }
    String name =
        AgentNames.of(certificate)
            .orElseThrow(() ->
                new PkiException(
                    "the certificate %s names no agent; %s"
                        .formatted(files.certificate(), NEW_BUNDLE)));
    Map<String, PublicKey> keys = new HashMap<>();
    PemFile.verificationKeys(files.verificationKey())
        .forEach(verification -> keys.put(SigningKey.id(verification), verification));
    // The platform's Ed25519: Bouncy Castle's is faster by half a millisecond, but its signed jar
    // alone would take 10 MiB of an agent's memory.
    return new AgentCredentials(
        name, new TlsIdentity(key, chain, authority), new SealVerifier(keys));
  }

  /** An address as people write it. */
  static String endpoint(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
