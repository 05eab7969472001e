package io.aegis.server.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Who one end of a connection is, and whom it believes.
 *
 * @param key its private key
 * @param chain its certificate, first, and what leads to the CA
 * @param authority the CA that vouches for the other end
 */
public record TlsIdentity(
    PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authority) {

  private static final char[] NO_PASSWORD = new char[0];

  /** Makes an identity. */
  public TlsIdentity {
    chain = List.copyOf(chain);
    authority = List.copyOf(authority);
  }

  /**
   * Returns a key store with the key and its chain, in memory, without a password.
   *
   * @return a key store of type PKCS12
   */
  public KeyStore keyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("aegis", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("making a key store in memory failed", e);
    }
  }

  /**
   * Returns a context for a server that asks its clients for no certificate, such as the web's.
   *
   * @return a context of TLS 1.3 and below; the server chooses its protocols
   */
  public SSLContext serverContext() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(keyStore(), NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("making a TLS context failed", e);
    }
  }

  /** Returns the subject; the key is masked. */
  @Override
  public String toString() {
    return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
