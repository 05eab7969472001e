package io.aegis.server.web;

import static java.util.Objects.requireNonNull;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who the HTTPS server is.
 *
 * @param key the private key
 * @param chain its certificate first, then the certificates that vouch for it; not empty
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

  /**
   * Makes an identity.
   *
   * @throws IllegalArgumentException if the chain is empty
   */
  public TlsIdentity {
    requireNonNull(key, "key");
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("the HTTPS certificate chain is empty");
    }
  }

  /** Names the certificate; the key never shows. */
  @Override
  public String toString() {
    return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
