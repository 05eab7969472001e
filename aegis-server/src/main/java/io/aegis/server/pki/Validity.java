package io.aegis.server.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Says in one line what is wrong with a certificate. */
final class Validity {

  private Validity() {}

  static void requireValidAt(Instant now, X509Certificate certificate, Path file, String remedy)
      throws PkiException {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      throw new PkiException(
          "the certificate %s is valid from %s on, and this machine's clock says %s; set the clock"
              .formatted(file, from, now));
    }
    if (now.isAfter(until)) {
      throw new PkiException(
          "the certificate %s expired at %s, and this machine's clock says %s; %s, or set the clock"
              .formatted(file, until, now, remedy));
    }
  }

  /** Requires that the key is the certificate's: signs with one and verifies with the other. */
  static void requirePair(
      X509Certificate certificate, Path certificateFile, PrivateKey key, Path keyFile)
      throws PkiException {
    if (!isPair(certificate.getPublicKey(), key)) {
      throw new PkiException(
          "the key %s is not the one of the certificate %s; put the two back that belong together"
              .formatted(keyFile, certificateFile));
    }
  }

  static boolean isPair(PublicKey publicKey, PrivateKey key) {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> publicKey.getAlgorithm();
        };
    byte[] sample = new byte[32];
    new SecureRandom().nextBytes(sample);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static void requireIssuedBy(
      X509Certificate certificate, Path file, X509Certificate issuer, Path issuerFile)
      throws PkiException {
    if (!isIssuedBy(certificate, issuer)) {
      throw new PkiException(
          "the certificate %s was not issued by %s; put the two back that belong together"
              .formatted(file, issuerFile));
    }
  }

  static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
