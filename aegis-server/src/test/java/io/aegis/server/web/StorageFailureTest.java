package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.web.Browser.Reply;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageFailureTest {
  @TempDir Path directory;

  @Test
  void change_whileAnotherProgramHoldsTheFile_is503AndChangesNothing() throws Exception {
    try (WebFixture server = WebFixture.start(directory);
        Browser root = server.browser().login("root", WebFixture.PASSWORD)) {
      String before = root.get("/api/roles").text();
      String url = "jdbc:sqlite:" + directory.resolve("data/aegis.db");
      try (Connection other = DriverManager.getConnection(url);
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        Reply reply = root.send("POST", "/api/roles", "{\"name\":\"ops\"}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(503);
        assertThat(reply.error()).contains("nothing was changed").doesNotContain("SQLITE", "data");
        assertThat(root.get("/api/roles").text()).isEqualTo(before);
        statement.execute("ROLLBACK");
      }
      assertThat(root.send("POST", "/api/roles", "{\"name\":\"ops\"}").status()).isEqualTo(201);
    }
  }
}
