package io.aegis.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.PolicyEngine;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** The examples of the documentation. */
final class ExampleTest {

  private static final byte[] FILE =
      """
      format: 1
      roles: {admin: {}}
      services:
        web: {targets: ["tcp 10.2.0.7:443"], lifetime: {hard: 8h}}
      rules:
        admins: {permit: role admin, to: service web}
      users:
        alice: {roles: [admin]}
      tests:
        - alice from 10.1.2.3 may reach web
      ...
      """
          .getBytes(java.nio.charset.StandardCharsets.UTF_8);

  @Test
  void read_anExample_makesAnEngine() throws Exception {
    InputStream file = new ByteArrayInputStream(FILE);
    // @start region="read"
    DocumentReader reader = DocumentReader.withInstalledLanguages();
    PolicyDocument document = reader.read(file); // throws with every mistake and its place
    document.warnings().forEach(System.out::println);
    document.requirePassing(); // before a write, never before a start
    PolicyEngine engine = PolicyEngine.compile(document.policy());
    // @end
    assertThat(engine.policy().services()).hasSize(1);
  }
}
