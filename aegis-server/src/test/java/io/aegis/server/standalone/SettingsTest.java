package io.aegis.server.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.FailMode;
import io.aegis.server.agent.LocalEnvelope;
import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.ConfigLoader;
import io.aegis.server.config.Setting;
import io.aegis.server.controller.ControllerConfig;
import io.aegis.server.identity.IdentityConfig;
import io.aegis.server.store.StoreConfig;
import io.aegis.server.sync.SyncServerConfig;
import io.aegis.server.sync.SyncTiming;
import io.aegis.server.web.WebConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every key arrives in its own place of the record that a feature takes. */
final class SettingsTest {

  private static final String[] OTHER_VALUES = {
    "data.directory=/srv/aegis",
    "data.busy_timeout=6s",
    "data.readers=5",
    "web.listen=10.77.0.1:443",
    "web.idle_timeout=31s",
    "web.max_connections=7",
    "sync.listen=10.77.0.2:444",
    "sync.lease=40s",
    "sync.lease_every=11s",
    "sync.soft_lifetime=4m",
    "sync.extend_every=50s",
    "sync.seal_lifetime=3m",
    "sync.max_pending=8",
    "identity.access_ttl=14m",
    "identity.session_ttl=11h",
    "identity.argon2_memory_kib=9",
    "identity.argon2_iterations=3",
    "identity.hashing_threads=2",
    "identity.waiting_logins=65",
    "identity.initial_password_file=/run/root",
    "controller.patience=4s",
    "controller.activity_slack=12s",
    "controller.housekeeping_interval=2s",
    "controller.change_log_length=1001"
  };

  private static Config config(String... settings) {
    return ConfigLoader.load(
        new ConfigLoader.Sources(
            Optional.empty(), Map.of(), Stream.of(settings).map(Setting::parse).toList()),
        Optional.empty());
  }

  @Test
  void controller_withOtherValues_hasEachInItsPlace() {
    Config config = config(OTHER_VALUES);
    assertThat(ControllerSettings.from(config))
        .isEqualTo(
            new ControllerSettings(
                new StoreConfig(Path.of("/srv/aegis"), Duration.ofSeconds(6), 5),
                new IdentityConfig(Duration.ofMinutes(14), Duration.ofHours(11), 9, 3, 2, 65),
                new ControllerConfig(
                    Duration.ofSeconds(4),
                    Duration.ofMinutes(4),
                    Duration.ofSeconds(12),
                    Duration.ofSeconds(2),
                    1001),
                new SyncServerConfig(
                    "10.77.0.2",
                    444,
                    new SyncTiming(
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(11),
                        Duration.ofMinutes(4),
                        Duration.ofSeconds(50),
                        Duration.ofMinutes(3)),
                    8),
                new WebConfig(IpAddress.parse("10.77.0.1"), 443, Duration.ofSeconds(31), 7),
                Optional.of(Path.of("/run/root"))));
  }

  @Test
  void controller_withAShortSoftLifetime_extendsAFifthOfItApart() {
    SyncTiming timing = ControllerSettings.from(config("sync.soft_lifetime=10s")).sync().timing();
    assertThat(timing.softLifetime()).isEqualTo(Duration.ofSeconds(10));
    assertThat(timing.extendEvery()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void controller_withoutAnySetting_hasTheDefaultsOfTheFeatures() {
    ControllerSettings settings = ControllerSettings.from(config());
    assertThat(settings.store()).isEqualTo(StoreConfig.in(Path.of("/var/lib/aegis")));
    assertThat(settings.identity()).isEqualTo(IdentityConfig.defaults());
    assertThat(settings.controller()).isEqualTo(ControllerConfig.defaults());
    assertThat(settings.sync()).isEqualTo(SyncServerConfig.listeningOn("127.0.0.1", 8444));
    assertThat(settings.web()).isEqualTo(WebConfig.at(IpAddress.parse("127.0.0.1"), 8443));
  }

  @Test
  void controller_withValuesThatDoNotFit_tellsAllOfThem() {
    assertThatThrownBy(() ->
            ControllerSettings.from(
                config("sync.lease=1s", "web.idle_timeout=1h", "data.busy_timeout=1h")))
        .isInstanceOf(ConfigException.class)
        .satisfies(e ->
            assertThat(((ConfigException) e).lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("section [data]: "))
                .anyMatch(line -> line.startsWith("section [sync]: "))
                .anyMatch(line -> line.startsWith("section [web]: ")));
  }

  @Test
  void agent_withOtherValues_hasEachInItsPlace() {
    Config config =
        config(
            "data.directory=/srv/aegis",
            "agent.instance=north-1",
            "agent.interface=[{name = 'eth7'}]",
            "agent.max_grants=100",
            "agent.option={generic = 'true'}",
            "agent.guards=10.77.0.0/16",
            "agent.never_open_ports=22, 8000-8080",
            "agent.longest_lifetime=1d",
            "agent.fail_mode=closed",
            "agent.commit_confirm=90s");
    assertThat(AgentSettings.from(config, "north"))
        .isEqualTo(
            new AgentConfig(
                "north",
                "north-1",
                List.of(InterfaceSettings.enforcing("eth7")),
                List.of(),
                100,
                Map.of("generic", "true"),
                new LocalEnvelope(
                    Set.of(Prefix.parse("10.77.0.0/16")),
                    List.of(PortRange.of(22), new PortRange(8000, 8080)),
                    Duration.ofDays(1)),
                FailMode.CLOSED,
                Path.of("/srv/aegis/agent"),
                Duration.ofSeconds(90)));
  }
}
