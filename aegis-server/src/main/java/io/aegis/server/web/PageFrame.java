package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Session;
import io.aegis.server.web.pages.MessagePage;
import io.aegis.server.web.pages.Visitor;
import java.util.Locale;

/**
 * What all pages share.
 *
 * @param templates renders
 * @param csrf marks forms
 * @param cookies writes cookies
 */
record PageFrame(Templates templates, Csrf csrf, Cookies cookies) {

  @Inject
  PageFrame {}

  Visitor visitor(Session session) {
    return new Visitor(session.user().username(), session.role().name(), csrf.mark(session));
  }

  /**
   * Refuses a form that is not ours, or not for this session.
   *
   * @throws HttpFailure 403
   */
  void requireOurs(Session session, Form form) {
    Csrf.require(csrf.mark(session), form.field("csrf"));
  }

  /** Returns the message as a sentence begins. */
  static String sentence(HttpFailure failure) {
    String message = HttpFailure.messageOf(failure);
    return message.isEmpty()
        ? message
        : message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1);
  }

  /** Says on a page of its own what went wrong. */
  Answer failure(HttpFailure failure) {
    String title = failure.isRecorded() ? "Done, but not closed everywhere yet" : title(failure);
    return page(failure.status(), title, sentence(failure)).withAll(failure.headers());
  }

  /** Says one thing on a page of its own. */
  Answer message(String title, String text) {
    return page(200, title, text);
  }

  private Answer page(int status, String title, String text) {
    return Answer.html(status, templates.render(new MessagePage(title, text)));
  }

  private static String title(HttpFailure failure) {
    return switch (failure.status()) {
      case 403 -> "Not permitted";
      case 500 -> "Something went wrong";
      case 503 -> "Not possible right now";
      default -> "That did not work";
    };
  }
}
