package io.aegis.server.web;

import io.aegis.api.IpAddress;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** What is read from a request besides its path, without believing any of it. */
final class Requests {

  /** Far more than any valid body needs; the longest has a description of 1000 characters. */
  static final int MAX_BODY_BYTES = 64 * 1024;

  /** As much of a body that is too large is read all the same, so that its sender gets to know. */
  private static final int MAX_IGNORED_BYTES = 1024 * 1024;

  private Requests() {}

  /**
   * Returns the address of the connection. Headers such as {@code X-Forwarded-For} are not looked
   * at: anybody can send them, and whoever chooses the source chooses for whom a path opens.
   */
  static IpAddress source(HttpServletRequest request) {
    String text = request.getRemoteAddr();
    if (text.startsWith("[") && text.endsWith("]")) {
      text = text.substring(1, text.length() - 1);
    }
    int zone = text.indexOf('%');
    return IpAddress.parse(zone < 0 ? text : text.substring(0, zone));
  }

  /**
   * Returns the access token: from {@code Authorization: Bearer} if there is such a header, else
   * from the cookie.
   */
  static Optional<String> accessToken(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    if (header == null) {
      return Cookies.read(request, Cookies.ACCESS);
    }
    boolean bearer = header.regionMatches(true, 0, "Bearer ", 0, 7);
    return bearer ? Optional.of(header.substring(7).strip()) : Optional.empty();
  }

  /**
   * Refuses what a browser sends on behalf of another site, or of another port of this host, which
   * browsers count as the same site. Clients that are no browsers send neither header.
   *
   * @throws HttpFailure 403
   */
  static void requireSameOrigin(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    String origin = request.getHeader("Origin");
    boolean own;
    if (site != null) {
      own = site.equals("same-origin") || site.equals("none");
    } else {
      own = origin == null || origin.equalsIgnoreCase("https://" + request.getHeader("Host"));
    }
    if (!own) {
      throw HttpFailure.forbidden("requests on behalf of another site are refused");
    }
  }

  /**
   * Reads the whole body.
   *
   * @param context the request
   * @param type the media type it must have if it is not empty
   * @throws HttpFailure 413 if it is too long; 415 if it is of another type; 400 if the client
   *     stopped in the middle
   */
  static byte[] body(Context context, String type) {
    HttpServletRequest request = context.req();
    String contentType = request.getContentType();
    if (contentType != null && !isType(contentType, type)) {
      throw wrongType(type);
    }
    byte[] body = readAll(request);
    if (body.length > 0 && contentType == null) {
      throw wrongType(type);
    }
    return body;
  }

  private static byte[] readAll(HttpServletRequest request) {
    try (InputStream in = request.getInputStream()) {
      boolean told = request.getContentLengthLong() > MAX_BODY_BYTES;
      byte[] body = told ? new byte[0] : in.readNBytes(MAX_BODY_BYTES + 1);
      if (told || body.length > MAX_BODY_BYTES) {
        // Whoever still sends when the connection is closed gets a reset, not the answer.
        in.skip(MAX_IGNORED_BYTES);
        throw tooLarge();
      }
      return body;
    } catch (IOException | HttpException.RuntimeException e) {
      // The client stopped in the middle, was too slow, or broke the framing.
      throw HttpFailure.badRequest("the body did not arrive whole");
    }
  }

  // The parameter is compared as text: "charset=utf-8" and nothing else has a meaning here.
  private static boolean isType(String contentType, String type) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals(type) || parts.length > 2) {
      return false;
    }
    return parts.length == 1 || isUtf8(parts[1].strip());
  }

  private static boolean isUtf8(@Nullable String parameter) {
    return "charset=utf-8".equals(parameter) || "charset=\"utf-8\"".equals(parameter);
  }

  private static HttpFailure wrongType(String type) {
    return new HttpFailure(415, "the body must have Content-Type: " + type);
  }

  private static HttpFailure tooLarge() {
    return new HttpFailure(413, "the body is larger than " + MAX_BODY_BYTES + " bytes");
  }
}
