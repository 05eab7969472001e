package io.aegis.server.web;

import com.google.inject.Inject;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.aegis.server.web.pages.HomePage;
import io.aegis.server.web.pages.LoginPage;
import io.aegis.server.web.pages.MessagePage;
import io.aegis.server.web.pages.PasswordPage;

/**
 * Renders pages. Everything shown is escaped for the place where it stands: text, attribute or
 * address. Safe for any number of threads.
 */
final class Templates {
  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), "io.aegis.server.web.pages");

  @Inject
  Templates() {}

  String render(HomePage page) {
    return render("home.jte", page);
  }

  String render(LoginPage page) {
    return render("login.jte", page);
  }

  String render(PasswordPage page) {
    return render("password.jte", page);
  }

  String render(MessagePage page) {
    return render("message.jte", page);
  }

  private String render(String template, Record page) {
    StringOutput output = new StringOutput();
    engine.render(template, page, output);
    return output.toString();
  }
}
