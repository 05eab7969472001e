package io.aegis.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key is here: with what it is when nobody says anything, and with something else. */
final class KeysTest {

  /** A key as the table has it: TOML of its default, TOML of another value. */
  private record Pinned(String whenAbsent, String other) {}

  private static final String NONE = "(none)";
  private static final Map<String, Pinned> PINNED = new LinkedHashMap<>();

  static {
    pin("data.directory", "\"/var/lib/aegis\"", "\"/srv/aegis\"");
    pin("data.busy_timeout", "\"5s\"", "\"6s\"");
    pin("data.readers", "4", "5");
    pin("web.listen", "\"127.0.0.1:8443\"", "\"[fd77:0:0:0:0:0:0:1]:443\"");
    pin("web.idle_timeout", "\"30s\"", "\"1m1s\"");
    pin("web.max_connections", "1000", "2");
    pin("sync.listen", "\"127.0.0.1:8444\"", "\"10.77.0.1:444\"");
    pin("sync.lease", "\"30s\"", "\"31s\"");
    pin("sync.lease_every", "\"5s\"", "\"6s\"");
    pin("sync.soft_lifetime", "\"5m\"", "\"4m\"");
    pin("sync.extend_every", NONE, "\"1m1s\"");
    pin("sync.seal_lifetime", "\"5m\"", "\"3m\"");
    pin("sync.max_pending", "20000", "5");
    pin("identity.access_ttl", "\"15m\"", "\"14m\"");
    pin("identity.session_ttl", "\"12h\"", "\"11h\"");
    pin("identity.argon2_memory_kib", "19456", "8");
    pin("identity.argon2_iterations", "2", "3");
    pin("identity.hashing_threads", "1", "2");
    pin("identity.waiting_logins", "64", "65");
    pin("identity.initial_password_file", NONE, "\"/run/aegis/root\"");
    pin("controller.names", NONE, "[\"aegis.example.net\", \"10.77.0.9\"]");
    pin("controller.patience", "\"3s\"", "\"4s\"");
    pin("controller.activity_slack", "\"10s\"", "\"0s\"");
    pin("controller.housekeeping_interval", "\"1s\"", "\"2s\"");
    pin("controller.change_log_length", "100000", "1000");
    pin("agent.enforcer", "\"xdp\"", "\"memory\"");
    pin("agent.instance", "\"default\"", "\"north-1\"");
    pin("agent.max_grants", "65536", "100");
    pin("agent.guards", "[\"0.0.0.0/0\", \"::/0\"]", "[\"10.77.0.0/16\", \"10.78.0.1/32\"]");
    pin("agent.never_open_ports", "[]", "[\"22\", \"8000-8080\"]");
    pin("agent.longest_lifetime", "\"7d\"", "\"1d\"");
    pin("agent.fail_mode", "\"static-bounded\"", "\"closed\"");
    pin("agent.commit_confirm", NONE, "\"1m30s\"");
    pin("agent.controllers", NONE, "[\"10.77.0.1:8444\", \"aegis.example.net:8444\"]");
    pin("agent.certificate", NONE, "\"/etc/aegis/agent.crt\"");
    pin("agent.key", NONE, "\"/etc/aegis/agent.key\"");
    pin("agent.ca", NONE, "\"/etc/aegis/ca.crt\"");
    pin("agent.verification_key", NONE, "\"/etc/aegis/grants.pem\"");
    pin("agent.option", "{}", "{\"generic\" = \"true\"}");
    pin(
        "agent.interface",
        NONE,
        "[{name = \"eth1\", mode = \"audit\", accept_routers = true, link_control = [\"lldp\"]}]");
    pin(
        "agent.static_rule",
        "[]",
        "[{direction = \"ingress\", source = \"10.77.0.0/16\", destination = \"10.77.0.1/32\","
            + " protocol = \"tcp\", source_ports = \"1-5\", destination_ports = \"22\","
            + " established = true}]");
  }

  @TempDir private Path directory;

  private static void pin(String key, String whenAbsent, String other) {
    PINNED.put(key, new Pinned(whenAbsent, other));
  }

  private static Config load(Optional<Path> file, Map<String, String> environment) {
    return ConfigLoader.load(
        new ConfigLoader.Sources(file, environment, List.of()), Optional.empty());
  }

  private static <T> String toml(Config config, Key<T> key) {
    return config.find(key).map(value -> key.type().toToml(value)).orElse(NONE);
  }

  private static Map<String, String> toml(Config config) {
    var all = new LinkedHashMap<String, String>();
    Keys.all().forEach(key -> all.put(key.name(), toml(config, key)));
    return all;
  }

  private Path fileWithOtherValues() throws IOException {
    String text =
        PINNED.entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue().other() + "\n")
            .collect(Collectors.joining());
    return Files.writeString(directory.resolve("other.toml"), text);
  }

  @Test
  void all_whenNobodySaysAnything_areThePinnedDefaults() {
    var expected = new LinkedHashMap<String, String>();
    PINNED.forEach((key, pinned) -> expected.put(key, pinned.whenAbsent()));
    assertThat(toml(load(Optional.empty(), Map.of()))).isEqualTo(expected);
  }

  @Test
  void all_setInAFile_haveTheOtherValueEach() throws Exception {
    var expected = new LinkedHashMap<String, String>();
    PINNED.forEach((key, pinned) -> expected.put(key, pinned.other()));
    assertThat(toml(load(Optional.of(fileWithOtherValues()), Map.of()))).isEqualTo(expected);
    PINNED.forEach((key, pinned) -> assertThat(pinned.other()).isNotEqualTo(pinned.whenAbsent()));
  }

  @Test
  void all_setByTheEnvironment_haveTheOtherValueEach() {
    var environment = new LinkedHashMap<String, String>();
    PINNED.forEach((key, pinned) ->
        environment.put(
            "AEGIS_" + key.replace('.', '_').toUpperCase(java.util.Locale.ROOT),
            asText(pinned.other())));
    var expected = new LinkedHashMap<String, String>();
    PINNED.forEach((key, pinned) -> expected.put(key, pinned.other()));
    assertThat(toml(load(Optional.empty(), environment))).isEqualTo(expected);
  }

  /** In a variable scalars stand without quotes and lists without brackets; tables are TOML. */
  private static String asText(String toml) {
    return toml.contains("{")
        ? toml
        : toml.replaceAll("[\\[\\]\"]", toml.contains("]:") ? "$0" : "").replaceAll("^\"|\"$", "");
  }

  @Test
  void print_readBack_isTheSameConfiguration() throws Exception {
    Config config = load(Optional.of(fileWithOtherValues()), Map.of());
    Path printed =
        Files.writeString(directory.resolve("printed.toml"), ConfigPrinter.print(config));
    assertThat(toml(load(Optional.of(printed), Map.of()))).isEqualTo(toml(config));
  }

  @Test
  void print_ofDefaults_isTomlAndNamesEveryKey() throws Exception {
    Config config = load(Optional.empty(), Map.of());
    String text = ConfigPrinter.print(config);
    Path printed = Files.writeString(directory.resolve("printed.toml"), text);
    assertThat(toml(load(Optional.of(printed), Map.of()))).isEqualTo(toml(config));
    Keys.all().forEach(key -> assertThat(text).containsPattern("(?m)^(# )?" + key.shortName()));
  }

  @Test
  void reference_inTheRepository_isUpToDate() throws Exception {
    Path page = Path.of("..", "docs", "reference", "config.md");
    assertThat(ConfigReference.markdown())
        .as("run './aegis config reference > docs/reference/config.md'")
        .isEqualTo(Files.readString(page));
  }

  @Test
  void all_haveSectionsWithTitlesAndDistinctVariables() {
    assertThat(Keys.all()).allMatch(key -> Keys.sections().contains(key.section()));
    assertThat(Keys.all()).extracting(Key::variable).doesNotHaveDuplicates();
    assertThat(Keys.sections()).allMatch(section -> !Keys.inSection(section).isEmpty());
  }
}
