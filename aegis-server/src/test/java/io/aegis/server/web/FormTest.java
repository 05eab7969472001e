package io.aegis.server.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {

  @Test
  void parse_encodedFields_areDecoded() {
    Form form = Form.parse("username=al%C3%AFce&password=a+b%2Bc%26&csrf=".getBytes(UTF_8));
    assertThat(form.fields())
        .isEqualTo(Map.of("username", "alïce", "password", "a b+c&", "csrf", ""));
    assertThat(form.field("absent")).isEmpty();
  }

  @Test
  void parse_emptyBody_hasNoFields() {
    assertThat(Form.parse(new byte[0]).fields()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "=x",
        "&",
        "a=1&&b=2",
        "a=1&a=2",
        "a=%",
        "a=%4",
        "a=%zz",
        "a=%+1",
        "a=%C3",
        "a=%C0%AF",
        "a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&l=1&m=1&n=1&o=1&p=1&q=1"
      })
  void parse_malformed_isRefused(String body) {
    assertThatThrownBy(() -> Form.parse(body.getBytes(UTF_8)))
        .isInstanceOfSatisfying(HttpFailure.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1x", "01", "1234567890123456789"})
  void id_notAnId_isRefused(String value) {
    Form form = Form.parse(("id=" + value).getBytes(UTF_8));
    assertThatThrownBy(() -> form.id("id")).isInstanceOf(HttpFailure.class);
  }
}
