package io.aegis.server.sync;

import io.aegis.server.pki.AgentNames;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says to each call whose it is: by the certificate of its connection, or by where it came in. */
final class PeerIdentity {

  private static final Logger LOG = LoggerFactory.getLogger(PeerIdentity.class);

  /** The name of the gateway whose agent made the call. */
  static final Context.Key<String> GATEWAY = Context.key("aegis-gateway");

  private PeerIdentity() {}

  /** For connections whose certificate says who it is. */
  static ServerInterceptor fromCertificate() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<String> name =
            certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
                .flatMap(AgentNames::of);
        if (name.isEmpty()) {
          LOG.warn("event=agent-refused reason=\"its certificate names no agent\"");
          call.close(
              Status.UNAUTHENTICATED.withDescription("the client certificate names no agent"),
              new Metadata());
          return new ServerCall.Listener<>() {};
        }
        return as(name.get(), call, headers, next);
      }
    };
  }

  /** For a transport that only one agent can reach. */
  static ServerInterceptor fixed(String gateway) {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return as(gateway, call, headers, next);
      }
    };
  }

  private static <Q, A> ServerCall.Listener<Q> as(
      String gateway, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current().withValue(GATEWAY, gateway);
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static Optional<X509Certificate> certificate(
      @org.jspecify.annotations.Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
