package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.xdp.internal.bench.DatapathBenchmark.Part;
import io.aegis.enforcer.xdp.internal.bench.Options.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {

  @TempDir private Path folder;

  @Test
  void parse_flood_isTheFloodAlone() throws Exception {
    assertThat(Options.parse(List.of("flood")).part()).isEqualTo(Part.FLOOD);
    assertThat(Options.parse(List.of("datapath")).part()).isEqualTo(Part.DATAPATH);
  }

  @Test
  void parse_nothing_isAFullRun() throws UsageException {
    assertThat(Options.parse(List.of()))
        .isEqualTo(new Options(Part.DATAPATH, Effort.FULL, null, false));
  }

  @Test
  void parse_everything_isUnderstood() throws UsageException {
    Path file = folder.resolve("rows.json");
    assertThat(Options.parse(List.of("--json", file.toString(), "--quick", "--help")))
        .isEqualTo(new Options(Part.DATAPATH, Effort.QUICK, file, true));
  }

  @Test
  void parse_fileThatCannotBeWritten_isRefusedAtOnce() {
    String absent = folder.resolve("absent") + "/rows.json";
    assertThatThrownBy(() -> Options.parse(List.of("--json", absent)))
        .hasMessageContaining("there is no folder " + folder.resolve("absent"));
    assertThatThrownBy(() -> Options.parse(List.of("--json", folder.toString())))
        .hasMessageEndingWith("that is a folder; name a file");
    assertThatThrownBy(() -> Options.parse(List.of("--json")))
        .hasMessage("--json needs the name of a file");
  }

  @Test
  void run_unknownArgument_isMisuse() {
    var err = new ByteArrayOutputStream();
    var sink = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertThat(DatapathBenchmark.run(List.of("--fast"), sink, sink)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("aegis bench: unknown argument: --fast; see aegis bench --help\n");
  }

  @Test
  void run_help_measuresNothing() {
    var out = new ByteArrayOutputStream();
    var sink = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(DatapathBenchmark.run(List.of("--help"), sink, sink)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(Options.USAGE);
  }
}
