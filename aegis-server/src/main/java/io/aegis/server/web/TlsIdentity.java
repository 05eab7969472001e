package io.aegis.server.web;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
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

  /** The keys stay in memory, so their password guards nothing; the JDK wants one. */
  static final String PASSWORD = "in-memory";

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

  /** Returns a key store with this identity alone, in memory, under {@link #PASSWORD}. */
  KeyStore keyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "https", key, PASSWORD.toCharArray(), chain.toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "using the HTTPS certificate "
              + chain.getFirst().getSubjectX500Principal()
              + ": the JDK refuses it with its key (issue a new one)",
          e);
    }
  }

  /** Names the certificate; the key never shows. */
  @Override
  public String toString() {
    return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
