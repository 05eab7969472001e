package io.aegis.server.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of agents, as their certificates carry them: a subject alternative name of type URI,
 * {@code urn:aegis:agent:NAME}. A certificate with another or no such name is no agent's.
 */
public final class AgentNames {

  private static final String URN = "urn:aegis:agent:";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  // RFC 5280, GeneralName: uniformResourceIdentifier [6].
  private static final int URI = 6;

  private AgentNames() {}

  /**
   * Checks a name.
   *
   * @param name the name
   * @return the name
   * @throws IllegalArgumentException if it is none
   */
  public static String require(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "an agent is named by 1 to 63 lower-case letters, digits and dashes, no dash at an end: '"
              + name
              + "'");
    }
    return name;
  }

  static String uri(String name) {
    return URN + require(name);
  }

  /**
   * Reads the name in a certificate.
   *
   * @param certificate a certificate that was verified
   * @return the name; empty if it carries none, or more than one
   */
  public static Optional<String> of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
    if (names == null) {
      return Optional.empty();
    }
    List<String> agents =
        names.stream()
            .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
            .map(name -> String.valueOf(name.get(1)))
            .filter(uri -> uri.startsWith(URN))
            .map(uri -> uri.substring(URN.length()))
            .filter(name -> NAME.matcher(name).matches())
            .toList();
    return agents.size() == 1 ? Optional.of(agents.getFirst()) : Optional.empty();
  }
}
