package io.aegis.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("aegis.toml");
  }

  private Config load(String toml, Map<String, String> environment, String... settings)
      throws IOException {
    Files.writeString(file, toml);
    return ConfigLoader.load(
        new ConfigLoader.Sources(
            Optional.of(file),
            environment,
            List.of(settings).stream().map(Setting::parse).toList()),
        Optional.empty());
  }

  @Test
  void load_whenFileEnvironmentAndFlagDisagree_flagBeatsEnvironmentBeatsFile() throws Exception {
    String toml = "[web]\nidle_timeout = '1s'\nmax_connections = 1\nlisten = '127.0.0.1:1'\n";
    Config config =
        load(
            toml,
            Map.of("AEGIS_WEB_IDLE_TIMEOUT", "2s", "AEGIS_WEB_MAX_CONNECTIONS", "2"),
            "web.max_connections=3");

    assertThat(config.get(ControllerKeys.WEB_LISTEN).getPort()).isEqualTo(1);
    assertThat(config.get(ControllerKeys.WEB_IDLE_TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.get(ControllerKeys.WEB_MAX_CONNECTIONS)).isEqualTo(3);
    Values values = config.values();
    assertThat(values.origin(ControllerKeys.WEB_LISTEN)).hasToString(file + ":4");
    assertThat(values.origin(ControllerKeys.WEB_IDLE_TIMEOUT))
        .hasToString("environment variable AEGIS_WEB_IDLE_TIMEOUT");
    assertThat(values.origin(ControllerKeys.WEB_MAX_CONNECTIONS))
        .hasToString("flag --set web.max_connections");
    assertThat(values.origin(ControllerKeys.DATA_DIRECTORY)).hasToString("default");
  }

  @Test
  void load_withSeveralMistakes_tellsAllWithTheirPlaces() {
    String toml =
        """
        [web]
        lisen = "127.0.0.1:8443"
        max_connections = "many"

        [agent]
        enforcer = 5
        """;
    assertThatThrownBy(() ->
            load(
                toml,
                Map.of("AEGIS_WEB_IDLE_TIMEOUT", "soon", "AEGIS_WEB_LISTN", "x"),
                "agent.max_grants=0"))
        .isInstanceOf(ConfigException.class)
        .satisfies(e ->
            assertThat(((ConfigException) e).lines())
                .containsExactlyInAnyOrder(
                    file + ":2: unknown key 'web.lisen' (did you mean 'web.listen'?)",
                    file + ":3: web.max_connections: expected an integer, found a string",
                    file + ":6: agent.enforcer: expected a string in quotes, found an integer",
                    "environment variable AEGIS_WEB_IDLE_TIMEOUT: web.idle_timeout: expected a"
                        + " duration such as 500ms, 30s, 15m, 8h or 7d, found 'soon'",
                    "environment variable AEGIS_WEB_LISTN: there is no such setting (did you"
                        + " mean 'AEGIS_WEB_LISTEN'?); unset it, or see 'aegis config"
                        + " reference'",
                    "flag --set agent.max_grants: agent.max_grants: expected 1 to 4194304,"
                        + " found 0"));
  }

  @Test
  void load_whenAMistakeIsOverridden_tellsItAllTheSame() {
    assertThatThrownBy(
            () -> load("[web]\nmax_connections = 0\n", Map.of(), "web.max_connections=3"))
        .hasMessage(file + ":2: web.max_connections: expected 1 to 100000, found 0");
  }

  @Test
  void load_ofTextThatIsNoToml_namesTheLine() {
    assertThatThrownBy(() -> load("[web]\nlisten = \n", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":2: ");
  }

  @Test
  void load_withAnUnknownSection_namesItAlsoWhenEmpty() {
    assertThatThrownBy(() -> load("[wbe]\n", Map.of())).hasMessage(file + ":1: unknown key 'wbe'");
    assertThatThrownBy(() -> load("[wbe]\nlisten = '127.0.0.1:1'\n", Map.of()))
        .hasMessage(file + ":2: unknown key 'wbe.listen' (did you mean 'web.listen'?)");
  }

  @Test
  void load_ofAPathFromTheFile_isBesideIt_andNowhereElse() throws Exception {
    Config config = load("[agent]\nkey = './agent.key'\n", Map.of());
    assertThat(config.get(AgentKeys.KEY).path()).isEqualTo(file.resolveSibling("agent.key"));
    assertThatThrownBy(() -> load("", Map.of(), "agent.key=./agent.key"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("flag --set agent.key: agent.key: expected the absolute path");
  }

  @Test
  void load_ofAFileThatIsNotThere_saysSo() {
    var sources =
        new ConfigLoader.Sources(Optional.of(directory.resolve("no.toml")), Map.of(), List.of());
    assertThatThrownBy(() -> ConfigLoader.load(sources, Optional.of(ProcessKind.AGENT)))
        .as("and nothing of the keys that may stand in it")
        .hasMessage(
            "reading the configuration file "
                + directory.resolve("no.toml")
                + ": there is no such file (name another with --config)");
  }

  @Test
  void load_ofAFileNamedByTheEnvironment_readsIt() throws Exception {
    Files.writeString(file, "[web]\nmax_connections = 7\n");
    Config config =
        ConfigLoader.load(
            new ConfigLoader.Sources(
                Optional.empty(), Map.of("AEGIS_CONFIG", file.toString()), List.of()),
            Optional.empty());
    assertThat(config.get(ControllerKeys.WEB_MAX_CONNECTIONS)).isEqualTo(7);
    assertThat(config.file()).hasValue(file);
  }

  @Test
  void load_forAnAgent_namesEveryKeyThatIsMissing() {
    var sources = new ConfigLoader.Sources(Optional.empty(), Map.of(), List.of());
    assertThatThrownBy(() -> ConfigLoader.load(sources, Optional.of(ProcessKind.AGENT)))
        .isInstanceOf(ConfigException.class)
        .satisfies(e ->
            assertThat(((ConfigException) e).lines())
                .hasSize(
                    (int)
                        Keys.all().stream()
                            .filter(key -> key.requiredBy().contains(ProcessKind.AGENT))
                            .count())
                .allMatch(line -> line.startsWith("missing key 'agent.")));
  }

  @Test
  void load_ofASecretWhereItsFileBelongs_doesNotRepeatIt() {
    assertThatThrownBy(() -> load("[agent]\nkey = 'hunter2'\n", Map.of()))
        .hasMessage(
            file
                + ":2: agent.key: expected the absolute path of a file or directory (or, in a file,"
                + " one that begins with ./ and is meant from there)");
  }

  @Test
  void parse_ofASettingWithoutEqualsSign_isRefused() {
    assertThatThrownBy(() -> Setting.parse("web.listen"))
        .hasMessage("flag --set: expected section.key=value, found no key before an '='");
  }
}
