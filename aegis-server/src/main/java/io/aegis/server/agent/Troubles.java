package io.aegis.server.agent;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Says in one line why a controller could not be reached, and what to do about it. */
final class Troubles {

  private Troubles() {}

  static String explain(Status status) {
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      String found = explain(t);
      if (found != null) {
        return found;
      }
    }
    String description = status.getDescription();
    return status.getCode() + (description == null ? "" : ": " + description);
  }

  private static @org.jspecify.annotations.Nullable String explain(Throwable t) {
    return switch (t) {
      case CertificateExpiredException _ ->
          "the controller's certificate has expired; restart the controller to renew it, or set this machine's clock ("
              + t.getMessage()
              + ")";
      case CertificateNotYetValidException _ ->
          "the controller's certificate is not valid yet; set this machine's clock ("
              + t.getMessage()
              + ")";
      case CertPathValidatorException _ ->
          "the controller's certificate is not of the CA in agent.ca; write a new bundle with that controller ("
              + t.getMessage()
              + ")";
      case CertificateException _ ->
          "the controller's certificate does not name the address dialed; add it to the controller's names ("
              + t.getMessage()
              + ")";
      case SSLException _ when t.getCause() == null ->
          "TLS failed: "
              + t.getMessage()
              + "; if the controller refused this agent's certificate, write a new bundle";
      case ConnectException _ -> "nothing answers there (" + t.getMessage() + ")";
      case NoRouteToHostException _ -> "there is no route to it (" + t.getMessage() + ")";
      case UnknownHostException _ -> "the name is unknown (" + t.getMessage() + ")";
      default -> null;
    };
  }
}
