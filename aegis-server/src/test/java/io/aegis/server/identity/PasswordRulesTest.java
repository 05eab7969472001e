package io.aegis.server.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which new passwords are taken, and what is said about the others. */
final class PasswordRulesTest {
  private final PasswordRules rules = new PasswordRules();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tr0ub4dor&3",
        "Korrekt-7-Pferd",
        "zebra stapler orbit", // one class, but long
        "日本語のパスワードは長いほうがよい", // no letter case at all
        "x7#Kq9!w",
      })
  void require_aGoodPassword_takesIt(String password) {
    assertThatCode(() -> rules.require(password, "alice")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "Ab1!xyz,                         8 to 128 characters",
        "zebrastapler,                    three of lower-case",
        "abcdefgh1234,                    three of lower-case",
        "Password1!,                      common",
        "P@ssw0rd,                        common",
        "Pa$$w0rd2026!,                   common",
        "Qwertzuiop1!,                    common",
        "!!Welcome123!!,                  common",
        "correcthorsebatterystaple,       common",
        "passwordpassword,                common",
        "aaaaaaaaaaaaaaaaaaaaaa,          repeated",
        "abcdefghijklmnopqrstuvwxyz,      repeated",
        "Alice-2026-Alice,                username",
        "my name is alice ok,             username",
      })
  void require_aWeakPassword_saysWhatAGoodOneHas(String password, String words) {
    assertThatThrownBy(() -> rules.require(password, "alice"))
        .isInstanceOf(ControllerException.class)
        .hasMessageContaining("password too weak")
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(ints = {129, 1000})
  void require_moreThan128Characters_isRefusedNotCut(int length) {
    String password = "Aa1!".repeat(length).substring(0, length);

    assertThatThrownBy(() -> rules.require(password, "alice"))
        .isInstanceOf(ControllerException.class)
        .hasMessageContaining("8 to 128 characters");
  }
}
