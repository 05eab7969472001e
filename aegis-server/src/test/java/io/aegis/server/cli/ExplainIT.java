package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.server.explain.Flow;
import io.aegis.server.explain.TestCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's own answer, after the process that enforced is gone. */
@Tag("kernel")
final class ExplainIT {
  private TestGateway gateway;
  @TempDir private Path directory;

  @BeforeEach
  void enforce() throws Exception {
    gateway = new TestGateway();
    Path config = directory.resolve("aegis.toml");
    Files.writeString(
        config,
        """
        [agent]
        instance = "%s"

        [[agent.interface]]
        name = "out0"

        [[agent.static_rule]]
        direction = "ingress"
        destination = "10.77.60.1"
        protocol = "tcp"
        destination_ports = "22"
        """
            .formatted(gateway.instance()));
    try (var process =
        AegisProcess.startWithin(
            gateway.enter(),
            directory.resolve("err"),
            "standalone",
            "--config",
            config.toString(),
            "--data",
            directory.resolve("data").toString(),
            "--listen",
            "127.0.0.1:0")) {
      process.awaitLine("ready: ");
      process.terminate();
      assertThat(process.exitCode()).isZero();
    }
  }

  @AfterEach
  void removeGateway() throws Exception {
    explainOrDetach("agent", "detach");
    gateway.close();
    assertThat(gateway.pins()).doesNotExist();
  }

  private Ran explain(String... args) {
    var words = new ArrayList<>(List.of("explain"));
    words.addAll(List.of(args));
    return explainOrDetach(words.toArray(String[]::new));
  }

  private Ran explainOrDetach(String... args) {
    var words = new ArrayList<>(List.of(args));
    words.addAll(List.of("--config", directory.resolve("aegis.toml").toString()));
    return Ran.aegis(Map.of(), words.toArray(String[]::new));
  }

  @Test
  void packet_byARule_isAdmittedAndAnotherDropped() {
    Ran ssh = explain("--from", "10.77.60.2", "--to", "10.77.60.1", "--tcp", "22");
    assertThat(ssh.err()).isEmpty();
    assertThat(ssh.exitCode()).isZero();
    assertThat(ssh.out())
        .startsWith("admitted")
        .contains("STATIC", "out0", "tcp 10.77.60.2:49152 -> 10.77.60.1:22")
        .contains("A static rule of this gateway's configuration admits it.");

    Ran web = explain("--from", "10.77.60.2", "--to", "10.77.60.1", "--tcp", "443", "--json");
    assertThat(web.exitCode()).isZero();
    assertThat(web.out())
        .contains("\"admitted\":false", "\"reason\":\"NO_GRANT\"", "\"interface\":\"out0\"");

    Ran counted = explainOrDetach("agent", "status", "--json");
    assertThat(counted.out()).as("nothing was counted").doesNotContain("STATIC", "NO_GRANT");
  }

  @Test
  void capture_isAnsweredFrameByFrame() throws IOException {
    byte[] ssh =
        new Flow(
                IpAddress.parse("10.77.60.2"),
                IpAddress.parse("10.77.60.1"),
                new Flow.Payload.Tcp(40_000, 22, false))
            .frame();
    byte[] cut = java.util.Arrays.copyOf(ssh, 40);
    Path file = Files.write(directory.resolve("x.pcap"), TestCapture.of(ssh, cut, new byte[5]));

    Ran ran = explain("--pcap", file.toString());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(6); // and, after an empty line, each of the two reasons once
    assertThat(lines.get(4)).startsWith("MALFORMED ");
    assertThat(lines.get(5)).startsWith("STATIC ");
    assertThat(lines.get(0)).contains("1  admitted", "STATIC");
    assertThat(lines.get(1)).contains("2  dropped", "MALFORMED");
    assertThat(lines.get(2)).contains("3  dropped", "too short");
  }

  @Test
  void whatCannotBeAsked_isRefusedInOneLine() throws IOException {
    Path text = Files.writeString(directory.resolve("x.txt"), "no capture at all");
    assertRefused(
        2,
        "does not protect eth7",
        "--from",
        "::1",
        "--to",
        "::2",
        "--icmp-echo",
        "--interface",
        "eth7");
    assertRefused(1, "it is no capture", "--pcap", text.toString());
    assertRefused(2, "there is no such file", "--pcap", directory.resolve("none").toString());
    assertRefused(2, "not of one family", "--from", "::1", "--to", "10.0.0.1", "--tcp", "1");
    assertRefused(2, "0 to 65535", "--from", "::1", "--to", "::2", "--udp", "65536");
    assertRefused(
        2,
        "--established is for --tcp",
        "--from",
        "::1",
        "--to",
        "::2",
        "--udp",
        "1",
        "--established");
  }

  private void assertRefused(int code, String why, String... args) {
    Ran ran = explain(args);
    assertThat(ran.err()).contains(why).hasLineCount(1);
    assertThat(ran.exitCode()).isEqualTo(code);
    assertThat(ran.out()).isEmpty();
  }
}
