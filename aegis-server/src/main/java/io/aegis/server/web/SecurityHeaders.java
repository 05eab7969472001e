package io.aegis.server.web;

import java.util.Map;

/**
 * The headers that every answer has, errors included. They are the second line: the first is that
 * pages escape by context and the API takes JSON alone.
 */
final class SecurityHeaders {

  /** By header name. */
  static final Map<String, String> ALL =
      Map.of(
          // Nothing but our own files, and nothing inline: an injected script has no way to run.
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=()",
          // One year, the least that browsers' lists take for serious.
          "Strict-Transport-Security",
          "max-age=31536000",
          "Cache-Control",
          "no-store");

  private SecurityHeaders() {}
}
