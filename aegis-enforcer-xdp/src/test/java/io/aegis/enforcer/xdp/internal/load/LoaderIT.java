package io.aegis.enforcer.xdp.internal.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.xdp.internal.TestObjects;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.elf.MapSpec;
import io.aegis.enforcer.xdp.internal.elf.ProgramSpec;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loader against libbpf, which bpftool brings, and against the verifier. */
@Tag("kernel")
class LoaderIT {

  private static final String PROGRAM = "aegis_ingress";
  private static final byte CALL = (byte) 0x85;

  private final CollectionSpec spec = CollectionSpec.parse(TestObjects.ingress());
  private final Path pin = Pins.BPF_FS.resolve("aegis-oracle-" + ProcessHandle.current().pid());
  private final Path mapPins = pin.resolveSibling(pin.getFileName() + "-maps");
  private int openBefore;
  private Owned owned;

  @BeforeEach
  void begin() {
    openBefore = OwnedFd.openCount();
    owned = new Owned();
  }

  @AfterEach
  void end() throws Exception {
    owned.close();
    Files.deleteIfExists(pin);
    if (Files.isDirectory(mapPins)) {
      try (var maps = Files.list(mapPins)) {
        for (Path map : maps.toList()) {
          Files.delete(map);
        }
      }
      Files.delete(mapPins);
    }
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  private Map<String, OwnedFd> maps(Loader loader) throws Exception {
    var maps = new HashMap<String, OwnedFd>();
    for (MapSpec map : spec.maps().values()) {
      maps.put(map.name(), owned.own(loader.createMap(map)));
    }
    return maps;
  }

  private void loadByLibbpf(Path directory) throws Exception {
    Path object = Files.write(directory.resolve("object.o"), TestObjects.ingress());
    String[] command = {
      "bpftool", "prog", "load", object.toString(), pin.toString(), "pinmaps", mapPins.toString()
    };
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void loaded_isWhatLibbpfLoads(@TempDir Path directory) throws Exception {
    loadByLibbpf(directory);
    OwnedFd oracle = owned.own(Bpf.openPinned(pin));
    Loader loader = owned.own(Loader.of(spec));
    Map<String, OwnedFd> maps = maps(loader);

    OwnedFd program = owned.own(loader.loadProgram(PROGRAM, maps, Map.of(), 0));

    assertThat(BpfProg.programInfo(program).tag()).isEqualTo(BpfProg.programInfo(oracle).tag());
    assertThat(BpfProg.programInfo(program).name()).isEqualTo(PROGRAM);
    for (Map.Entry<String, OwnedFd> map : maps.entrySet()) {
      OwnedFd theirs = owned.own(Bpf.openPinned(mapPins.resolve(map.getKey())));
      assertThat(BpfProg.mapInfo(map.getValue()))
          .usingRecursiveComparison()
          .ignoringFields("id")
          .isEqualTo(BpfProg.mapInfo(theirs));
    }
  }

  @Test
  void refused_programSaysWhyAndWhere() throws Exception {
    CollectionSpec broken = withUnknownHelper();
    Loader loader = owned.own(Loader.of(broken));
    Map<String, OwnedFd> maps = maps(loader);

    assertThatThrownBy(() -> loader.loadProgram(PROGRAM, maps, Map.of(), 0))
        .isInstanceOfSatisfying(
            VerifierException.class,
            e -> {
              assertThat(e).hasMessageContainingAll(PROGRAM, "invalid func", "[source: ");
              assertThat(e).hasMessageNotContaining("[source: unknown]");
              assertThat(e.log()).contains("invalid func").contains("processed ");
            });
  }

  /** The datapath with its first call going to a helper that no kernel has. */
  private CollectionSpec withUnknownHelper() {
    ProgramSpec program = spec.program(PROGRAM);
    byte[] code = program.instructions().toArray();
    ByteBuffer instructions = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (code[at] != CALL || instructions.getInt(at + 4) != 1) {
      at += 8;
    }
    instructions.putInt(at + 4, 99_999);
    var broken =
        new ProgramSpec(
            program.name(),
            program.section(),
            Bytes.of(code),
            program.references(),
            program.functionInfo(),
            program.lineInfo());
    return new CollectionSpec(
        spec.maps(),
        spec.data(),
        spec.variables(),
        Map.of(PROGRAM, broken),
        spec.license(),
        spec.btf());
  }

  @Test
  void program_withoutOneOfItsMaps_isNotLoaded() throws Exception {
    Loader loader = owned.own(Loader.of(spec));

    assertThatThrownBy(() -> loader.loadProgram(PROGRAM, Map.of(), Map.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs the map aegis_");
  }

  @Test
  void variable_ofTheWrongSize_isRefused() throws Exception {
    Loader loader = owned.own(Loader.of(spec));
    Map<String, OwnedFd> maps = maps(loader);

    assertThatThrownBy(
            () -> loader.loadProgram(PROGRAM, maps, Map.of("aegis_settings", new byte[3]), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes 5144 bytes, not 3");
  }
}
