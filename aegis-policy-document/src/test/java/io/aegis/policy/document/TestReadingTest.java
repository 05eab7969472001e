package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.READER;
import static io.aegis.policy.document.Documents.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.policy.AccessRequest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A single test that does not stand in the document. */
final class TestReadingTest {

  @Test
  void readTest_aSentenceOrAMapping_isATestOfTheDocument() throws Exception {
    PolicyDocument document = READER.read(WHOLE);
    PolicyTest brief = READER.readTest("alice from 10.1.2.3 may reach wide", document);
    PolicyTest full =
        READER.readTest(
            "{test: alice from 10.1.2.3 may reach wide, device: {facts: {a: 1}}}", document);

    assertThat(brief.service()).isEqualTo("wide");
    assertThat(full.circumstances().device()).isNotNull();
    Instant now = Instant.parse("2026-03-01T02:00:00Z");
    AccessRequest request = document.request(full, now);
    assertThat(request.now()).isEqualTo(now);
    assertThat(request.sessionEnd()).isEqualTo(now.plus(Duration.ofHours(8)));
    assertThat(request.principal().groups())
        .containsExactlyInAnyOrder("payroll", "finance", "staff");
  }

  @Test
  void readTest_whatTheDocumentHasNot_isRefused() throws Exception {
    PolicyDocument document = READER.read(WHOLE);

    assertThatThrownBy(() -> READER.readTest("alise from 10.1.2.3 may reach wyde", document))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage(
            """
            line 1, column 1: there is no user 'alise' below 'users' (did you mean 'alice'?)
            line 1, column 31: there is no service 'wyde' below 'services' (did you mean 'wide'?)\
            """);
    assertThatThrownBy(() -> READER.readTest("", document)).hasMessageContaining("empty");
  }
}
