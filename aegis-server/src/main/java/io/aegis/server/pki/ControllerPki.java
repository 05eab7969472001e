package io.aegis.server.pki;

import io.aegis.api.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's certificates and keys. At the first start a development CA is made, a server
 * certificate, and the key with which grants are signed; later they are read. Key files have mode
 * 0600, a directory made here 0700.
 *
 * <p>Immutable; safe for any number of threads.
 */
public final class ControllerPki {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerPki.class);

  private static final String SERVER_CERTIFICATE = "server.crt";
  private static final String SERVER_KEY = "server.key";

  private static final Duration SERVER_VALIDITY = Duration.ofDays(365);
  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

  // RFC 5280, GeneralName.
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final Path directory;
  private final Authority authority;
  private final TlsIdentity server;

  private ControllerPki(Path directory, Authority authority, TlsIdentity server) {
    this.directory = directory;
    this.authority = authority;
    this.server = server;
  }

  /**
   * Opens the certificates and keys of a directory, making what is not there yet. The server
   * certificate is made anew when its names change or it expires within 30 days.
   *
   * @param directory made with mode 0700 if absent
   * @param serverNames the host names and addresses by which agents and browsers reach the
   *     controller; at least one
   * @param clock now
   * @return the certificates and keys, all of them valid now
   * @throws PkiException if a file cannot be read or written, is damaged, does not belong to the
   *     others, or is not valid now; the message names it. What was there is left as it was
   * @throws IllegalArgumentException if there is no name, or one is neither a host name nor an
   *     address
   */
  public static ControllerPki open(Path directory, Set<String> serverNames, InstantSource clock)
      throws PkiException {
    Set<String> names = normalized(serverNames);
    Instant now = clock.instant();
    Authority authority = Authority.open(directory, clock);
    TlsIdentity server = server(directory, authority.issuer(), names, now);
    return new ControllerPki(directory, authority, server);
  }

  /**
   * Tells whether a controller was ever started with a directory: whatever else makes a CA there,
   * its own certificate is made by {@link #open} alone.
   *
   * @param directory as for {@link #open}
   * @return false only if it is certain that none was
   */
  public static boolean mayBeIn(Path directory) {
    return !Files.notExists(directory.resolve(SERVER_CERTIFICATE));
  }

  private static Set<String> normalized(Set<String> serverNames) {
    var names = new TreeSet<String>();
    for (String name : serverNames) {
      if (isAddress(name)) {
        names.add(IpAddress.parse(name).toString());
      } else if (name.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
        names.add(name.toLowerCase(Locale.ROOT));
      } else {
        throw new IllegalArgumentException(
            "neither a host name nor an address: '" + name + "' (a name of the controller)");
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "the controller needs at least one name or address by which it is reached");
    }
    return names;
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
  }

  private static TlsIdentity server(Path directory, Issuer issuer, Set<String> names, Instant now)
      throws PkiException {
    Path certificateFile = directory.resolve(SERVER_CERTIFICATE);
    Path keyFile = directory.resolve(SERVER_KEY);
    if (mustBeMade(certificateFile, keyFile, issuer, names, now)) {
      KeyPair pair = Issuer.newKeyPair();
      X509Certificate made =
          issuer.issue(
              "Aegis controller",
              pair.getPublic(),
              names.stream().map(ControllerPki::generalName).toList(),
              KeyPurposeId.id_kp_serverAuth,
              now,
              SERVER_VALIDITY);
      PemFile.writeSecret(keyFile, PemFile.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
      PemFile.write(certificateFile, text(List.of(made, issuer.certificate())));
      LOG.info("event=server-certificate-made file={} names={}", certificateFile, names);
    }
    List<X509Certificate> chain = PemFile.certificates(certificateFile);
    PrivateKey key = PemFile.privateKey(keyFile);
    Validity.requireValidAt(now, chain.getFirst(), certificateFile, "restart the controller");
    Validity.requirePair(chain.getFirst(), certificateFile, key, keyFile);
    return new TlsIdentity(key, chain, List.of(issuer.certificate()));
  }

  private static boolean mustBeMade(
      Path certificateFile, Path keyFile, Issuer issuer, Set<String> names, Instant now)
      throws PkiException {
    if (!Files.exists(certificateFile) && !Files.exists(keyFile)) {
      return true;
    }
    X509Certificate certificate = PemFile.certificates(certificateFile).getFirst();
    PrivateKey key = PemFile.privateKey(keyFile);
    // A kill between the two files leaves a new key beside the old certificate: made anew, as
    // nothing depends on either.
    return !Validity.isPair(certificate.getPublicKey(), key)
        || !Validity.isIssuedBy(certificate, issuer.certificate())
        || now.plus(RENEWED_BEFORE).isAfter(certificate.getNotAfter().toInstant())
        || !names(certificate).equals(names);
  }

  private static Set<String> names(X509Certificate certificate) {
    Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return Set.of();
    }
    var names = new TreeSet<String>();
    if (all != null) {
      for (List<?> name : all) {
        if (Integer.valueOf(DNS_NAME).equals(name.get(0))) {
          names.add(String.valueOf(name.get(1)));
        } else if (Integer.valueOf(IP_ADDRESS).equals(name.get(0))) {
          names.add(addressText(String.valueOf(name.get(1))));
        }
      }
    }
    return names;
  }

  // The JDK writes IPv6 in its own long form.
  private static String addressText(String literal) {
    try {
      return IpAddress.of(InetAddress.getByName(literal)).toString();
    } catch (UnknownHostException e) {
      return literal;
    }
  }

  private static GeneralName generalName(String name) {
    return new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  static String text(List<X509Certificate> chain) {
    var text = new StringBuilder();
    try {
      for (X509Certificate certificate : chain) {
        text.append(PemFile.text("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException("a certificate just made cannot be encoded", e);
    }
    return text.toString();
  }

  /**
   * Returns who vouches for agents and grants.
   *
   * @return the CA and the key with which grants are signed
   */
  public Authority authority() {
    return authority;
  }

  /**
   * Returns who the controller is: for its listener for agents, and for the web.
   *
   * @return key, chain and CA
   */
  public TlsIdentity server() {
    return server;
  }

  /**
   * Returns the key with which grants are signed.
   *
   * @return the key
   */
  public SigningKey signingKey() {
    return authority.signingKey();
  }

  /**
   * Returns where the CA's certificate is, for browsers and scripts that shall trust it.
   *
   * @return a file in PEM
   */
  public Path caCertificateFile() {
    return directory.resolve(Authority.CERTIFICATE);
  }

  /**
   * Returns where the server's certificate is, followed by the CA's.
   *
   * @return a file in PEM
   */
  public Path serverCertificateFile() {
    return directory.resolve(SERVER_CERTIFICATE);
  }

  /**
   * Returns where the server's key is.
   *
   * @return a file in PEM, mode 0600
   */
  public Path serverKeyFile() {
    return directory.resolve(SERVER_KEY);
  }
}
