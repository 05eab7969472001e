package io.aegis.server.web;

import io.aegis.server.pki.TlsIdentity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows one identity to every client. A key store would do, at the price of encrypting the key with
 * a password that guards nothing: a tenth of a second at every start.
 */
final class IdentityKeys extends X509ExtendedKeyManager {
  private static final String ALIAS = "https";

  private final TlsIdentity identity;
  private final String ownType;

  private IdentityKeys(TlsIdentity identity) {
    this.identity = identity;
    // TLS 1.3 asks by the key's algorithm alone.
    ownType = identity.key().getAlgorithm();
  }

  /** Returns a context that serves with this identity and asks clients for none. */
  static SSLContext context(TlsIdentity identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // No trust managers at all: null would read every authority that the JDK knows.
      context.init(new KeyManager[] {new IdentityKeys(identity)}, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "using " + identity + " for HTTPS: the JDK refuses it (issue a new certificate)", e);
    }
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return ownType.equals(keyType) ? new String[] {ALIAS} : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return ownType.equals(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return ownType.equals(keyType) ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS) ? identity.chain().toArray(X509Certificate[]::new) : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? identity.key() : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
