package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What YAML allows and a policy document does not, and what YAML does not allow either. */
final class YamlRefusedTest {

  @Test
  void anchorsAliasesTagsAndMergeKeys_areRefusedAllTogether() {
    assertThat(
            problems(
                """
                format: 1
                roles: &r
                  a: {}
                groups: *r
                services: !!map {}
                rules:
                  <<: {}
                version: !!int 3
                """))
        .containsExactly(
            "line 2, column 8: anchors are refused (remove the '&' and the name behind it)",
            "line 4, column 9: aliases are refused (write out what '*' stands for)",
            "line 5, column 11: tags are refused (remove the '!' and what belongs to it, or put all of it in single quotes)",
            "line 7, column 3: merge keys are refused (write out what '<<' brings in)",
            "line 8, column 10: tags are refused (remove the '!' and what belongs to it, or put all of it in single quotes)");
  }

  @Test
  void duplicateKeys_areToldWithTheLineOfTheFirst() {
    assertThat(problems("format: 1\nroles: {a: {}, 'a': {}}\nformat: 1\n"))
        .containsExactly(
            "line 2, column 16: the key 'a' stands here a second time, after line 2 (remove or"
                + " rename one)",
            "line 3, column 1: the key 'format' stands here a second time, after line 1 (remove or"
                + " rename one)");
  }

  @Test
  void severalDocumentsAndDirectives_areRefused() {
    assertThat(problems("%YAML 1.1\n---\nformat: 1\n"))
        .containsExactly(
            "line 1, column 1: directives (%YAML, %TAG) are refused (remove the line)");
    assertThat(problems("# a comment\n%FOO bar\n---\nformat: 1\n"))
        .containsExactly(
            "line 2, column 1: directives (%YAML, %TAG) are refused (remove the line)");
    assertThat(problems("format: 1\n---\nformat: 1\n"))
        .containsExactly("line 2, column 1: a file holds one document (remove what follows)");
  }

  @Test
  void aMissingEnd_isRefusedSinceTheRestMayBeMissingToo() {
    assertThat(problems("format: 1\n".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .asString()
        .startsWith(
            "line 2, column 1: the end is missing: a policy document ends with a line '...'");
    assertThat(problems("format: 1\n...\n# a comment\n".getBytes(StandardCharsets.UTF_8)))
        .isEmpty();
  }

  @Test
  void whatCannotBeSeen_isRefusedWithItsPlace() {
    for (int c :
        new int[] {0x85, 0xA0, 0xAD, 0x200B, 0x200F, 0x202E, 0x2028, 0x2029, 0x2066, 0xFEFF}) {
      assertThat(problems("format: 1\nroles: {a" + Character.toString(c) + "b: {}}"))
          .containsExactly(
              "line 2, column 10: character U+%04X cannot be seen for what it is (remove it, or write it as an escape in double quotes)"
                  .formatted(c));
    }
    assertThat(problems("format: 1\nroles: {\"a\\u202Eb\": {}}")).isEmpty();
  }

  @Test
  void halvesOfCharacters_areRefused() {
    assertThatThrownBy(() -> Documents.READER.read("format: 1\nroles: {a\uD83D: {}}\n..."))
        .hasMessageStartingWith("line 2, column 10: character U+D83D");
  }

  @Test
  void numbersWithALeadingZero_areRefused() {
    assertThat(problems("format: 01\nversion: 010\n")).hasSize(2);
  }

  @Test
  void emptyDocuments_areRefused() {
    String empty = "line 1, column 1: the document is empty (begin with 'format: 1')";
    assertThat(problems(new byte[0])).containsExactly(empty);
    assertThat(problems("# nothing\n\n".getBytes(StandardCharsets.UTF_8))).containsExactly(empty);
    assertThat(problems(""))
        .containsExactly(empty.replace("the document", "this is no YAML: the document"));
    assertThat(problems("---\n"))
        .containsExactly("line 2, column 1: expected a policy document, found nothing");
    assertThat(problems("- 1"))
        .containsExactly("line 1, column 1: expected a policy document, found a list");
  }

  @Test
  void valuesOfTheWrongType_areToldByWhatTheyAre() {
    assertThat(
            problems(
                """
                format: one
                version: 1.5
                roles: [a]
                groups: {g: }
                services:
                  1: {name: 4711, targets: tcp 10.2.0.7:443, lifetime: {hard: 8h, lease: 'true'}}
                users: {u: {roles: {a: b}, disabled: yes}}
                tests: ~
                ? [a]
                : b
                """))
        .containsExactly(
            "line 1, column 9: expected the number of the format, which is 1, found the text 'one'",
            "line 2, column 10: expected the version of the policy, 0 or more, found the number"
                + " '1.5' (in quotes it is text)",
            "line 3, column 8: expected a mapping from names to roles, found a list",
            "line 4, column 12: expected a group, found nothing",
            "line 6, column 13: expected a text, found the number '4711' (in quotes it is text)",
            "line 6, column 28: expected a list of targets, found the text 'tcp 10.2.0.7:443'",
            "line 6, column 74: expected true or false, found the text 'true'",
            "line 7, column 20: expected a list of roles, found a mapping",
            "line 7, column 38: expected true or false, found the text 'yes'",
            "line 8, column 8: expected a list of tests, found nothing ('~' without quotes)",
            "line 9, column 3: a key is text, and this is a list");
  }

  @Test
  void formatsAndVersionsOutOfRange_areRefused() {
    assertThat(problems("format: 2"))
        .containsExactly(
            "line 1, column 9: expected the number of the format, which is 1, found '2'");
    assertThat(problems("version: 99999999999999999999999"))
        .containsExactly(
            "line 1, column 1: a policy document lacks its 'format' (write 'format: 1')",
            "line 1, column 10: expected the version of the policy, 0 or more, found"
                + " '99999999999999999999999'");
  }

  @Test
  void brokenSyntax_isToldInPlainWords() {
    assertThat(problems("format: 1\n\troles: {}\n"))
        .containsExactly(
            "line 2, column 1: this is no YAML: a tab cannot stand here (indent with spaces)");
    assertThat(problems("format: 1\nroles: {a: {}\n"))
        .singleElement()
        .asString()
        .contains("this is no YAML: a mapping in braces lacks its ',' or '}'");
    assertThat(problems("format: \"1\n"))
        .singleElement()
        .asString()
        .contains("a quote is not closed");
    assertThat(problems("format: 1\n  roles: {}\n"))
        .singleElement()
        .asString()
        .contains("this is no YAML");
    assertThat(problems("format: 1\nname: \"\\q\"\n"))
        .singleElement()
        .asString()
        .contains("line 2, column 9: this is no YAML: there is no such escape");
  }

  @Test
  void textBehindAClosingQuote_isToldWithWhatToDo() {
    for (String value :
        new String[] {"\"webauthn\" in x", "'a' == x", "\"a\" && x", "\"a\" || x", "['a' b]"}) {
      assertThat(problems("format: 1\nwhen: " + value + "\n"))
          .as(value)
          .singleElement()
          .asString()
          .startsWith("line 2, column ")
          .endsWith(
              "this is no YAML: text stands behind a closing quote (put all of it in single quotes,"
                  + " or in lines below a '|')");
    }
  }

  @Test
  void whatStandsBehindTheEnd_isToldToBeMoved() {
    assertThat(problems("format: 1\n...\nroles: {}\n"))
        .containsExactly(
            "line 3, column 1: this is no YAML: this stands behind the end '...' (move it above"
                + " that line)");
    assertThat(problems("{format: 1} {roles: {}}\n"))
        .singleElement()
        .asString()
        .contains("belongs to nothing above it");
  }

  @Test
  void whatIsNoText_isToldWhereItBegins() {
    assertThat(problems(new byte[] {'a', ':', ' ', (byte) 0xC3, (byte) 0x28}))
        .containsExactly(
            "line 1, column 4: this is no UTF-8 text from here on (save the file as UTF-8)");
    assertThat(problems(new byte[] {'a', '\n', (byte) 0xE2, (byte) 0x82}))
        .containsExactly(
            "line 2, column 1: this is no UTF-8 text from here on (save the file as UTF-8)");
    assertThat(problems("format: 1\nroles: {a\u0000: {}}"))
        .containsExactly(
            "line 2, column 10: character U+0000 cannot be seen for what it is (remove it, or write it as an escape in double quotes)");
    assertThat(problems("format: 1\n".getBytes(StandardCharsets.UTF_16)))
        .singleElement()
        .asString()
        .startsWith("line 1, column 1: this is no UTF-8 text");
  }

  @Test
  void namesThatCouldForgeALog_areRefusedInOneLine() {
    assertThat(problems("format: 1\nroles: {\"a\\nb\": {}}\n"))
        .singleElement()
        .asString()
        .startsWith(
            "line 2, column 9: a role has 1 to 255 characters, no control characters: 'a?b'");
  }
}
