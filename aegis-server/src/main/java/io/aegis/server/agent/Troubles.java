package io.aegis.server.agent;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import javax.net.ssl.SSLException;

/** Says in one line why a controller could not be reached, and what to do about it. */
final class Troubles {

  /** What an exception somewhere among the causes means. */
  private record Rule(Class<? extends Throwable> type, String meaning) {}

  // The first rule that finds its exception decides: the more specific ones come first, as the JDK
  // wraps them in the others.
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              CertificateExpiredException.class,
              "the controller's certificate has expired: restart the controller, which renews it,"
                  + " or set this machine's clock"),
          new Rule(
              CertificateNotYetValidException.class,
              "the controller's certificate is not valid yet: set this machine's clock"),
          new Rule(
              CertPathValidatorException.class,
              "the controller's certificate is not of the CA in agent.ca: write a new bundle with"
                  + " this controller"),
          new Rule(
              CertPathBuilderException.class,
              "the controller's certificate is not of the CA in agent.ca: write a new bundle with"
                  + " this controller"),
          new Rule(
              CertificateException.class,
              "the controller's certificate does not name the address dialed: add it to the"
                  + " controller's names"),
          new Rule(
              SSLException.class,
              "TLS failed: if the controller refused this agent's certificate, that has expired or"
                  + " is of another CA; write a new bundle"),
          new Rule(UnknownHostException.class, "its name is unknown: correct agent.controllers"),
          new Rule(NoRouteToHostException.class, "there is no route to it"),
          new Rule(ConnectException.class, "nothing answers there: is the controller running?"));

  private Troubles() {}

  // Netty knows no exception of its own for this, and says it in words (RFC 7301 section 3.2).
  private static boolean speaksSomethingElse(Status status) {
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains("ALPN")) {
        return true;
      }
    }
    return String.valueOf(status.getDescription()).contains("ALPN");
  }

  static String explain(Status status) {
    if (speaksSomethingElse(status)) {
      return "what answers there is no listener for agents (not gRPC): correct the port in"
          + " agent.controllers, which is that of the controller's sync.listen, not web.listen";
    }
    for (Rule rule : RULES) {
      for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
        if (rule.type().isInstance(t)) {
          return rule.meaning() + " (" + t.getMessage() + ")";
        }
      }
    }
    String description = status.getDescription();
    return status.getCode() + (description == null ? "" : ": " + description);
  }
}
