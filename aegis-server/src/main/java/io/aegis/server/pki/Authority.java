package io.aegis.server.pki;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who vouches for agents and for grants: the development CA, and the key with which grants are
 * signed. What is written for an agent needs these and nothing else of the controller.
 *
 * <p>Immutable; safe for any number of threads.
 */
public final class Authority {
  private static final Logger LOG = LoggerFactory.getLogger(Authority.class);

  static final String CERTIFICATE = "ca.crt";
  private static final String KEY = "ca.key";

  private static final Duration VALIDITY = Duration.ofDays(3650);

  private final Issuer issuer;
  private final SigningKey signingKey;

  private Authority(Issuer issuer, SigningKey signingKey) {
    this.issuer = issuer;
    this.signingKey = signingKey;
  }

  /**
   * Opens the CA and the signing key of a directory, making what is not there yet. Touches nothing
   * else in it: a controller may be running.
   *
   * @param directory made with mode 0700 if absent
   * @param clock now
   * @return the CA, valid now, and the key
   * @throws PkiException if a file cannot be read or written, is damaged, does not belong to the
   *     others, or is not valid now; the message names it. What was there is left as it was
   */
  public static Authority open(Path directory, InstantSource clock) throws PkiException {
    PemFile.makeDirectory(directory);
    Issuer issuer = issuer(directory, clock.instant());
    return new Authority(issuer, SigningKey.open(directory));
  }

  private static Issuer issuer(Path directory, Instant now) throws PkiException {
    Path certificateFile = directory.resolve(CERTIFICATE);
    Path keyFile = directory.resolve(KEY);
    if (!Files.exists(certificateFile) && !Files.exists(keyFile)) {
      KeyPair pair = Issuer.newKeyPair();
      X509Certificate made = Issuer.root("Aegis development CA", pair, now, VALIDITY);
      PemFile.writeSecret(keyFile, PemFile.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
      PemFile.write(certificateFile, ControllerPki.text(List.of(made)));
      LOG.info("event=ca-made file={} expires={}", certificateFile, made.getNotAfter().toInstant());
    }
    X509Certificate certificate = PemFile.certificates(certificateFile).getFirst();
    PrivateKey key = PemFile.privateKey(keyFile);
    Validity.requireValidAt(
        now, certificate, certificateFile, "move the directory away and write new bundles");
    Validity.requirePair(certificate, certificateFile, key, keyFile);
    return new Issuer(certificate, key);
  }

  Issuer issuer() {
    return issuer;
  }

  SigningKey signingKey() {
    return signingKey;
  }
}
