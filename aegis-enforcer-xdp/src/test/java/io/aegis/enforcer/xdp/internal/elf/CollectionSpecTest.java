package io.aegis.enforcer.xdp.internal.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.xdp.internal.TestObjects;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the loader reads in the compiled datapath, and what it refuses. */
class CollectionSpecTest {

  private static final byte[] OBJECT = TestObjects.ingress();

  @Test
  void parse_ofTheDatapath_findsMapsProgramAndSettings() {
    CollectionSpec spec = CollectionSpec.parse(OBJECT);

    assertThat(spec.maps().keySet())
        .containsExactlyInAnyOrder(
            "aegis_lines",
            "aegis_records",
            "aegis_filter",
            "aegis_shape",
            "aegis_clock",
            "aegis_own",
            "aegis_widths",
            "aegis_events",
            "aegis_event_limits",
            "aegis_counters",
            "aegis_state");
    assertThat(spec.maps().get("aegis_records"))
        .extracting(MapSpec::type, MapSpec::keySize, MapSpec::valueSize, MapSpec::flags)
        .containsExactly(2, 4, 128, 1 << 10);
    assertThat(spec.license()).isEqualTo("Dual BSD/GPL");
    ProgramSpec program = spec.program("aegis_ingress");
    assertThat(program.section()).isEqualTo("xdp");
    assertThat(program.references())
        .extracting(ProgramSpec.Reference::target)
        .contains("aegis_lines", "aegis_counters", ".rodata");
    assertThat(program.functionInfo().length()).as("with those that it calls").isGreaterThan(8);
    assertThat(program.lineInfo().length()).isPositive();
    assertThat(spec.variable("aegis_settings").section()).isEqualTo(".rodata");
  }

  @Test
  void program_thatIsNotThere_isNamed() {
    CollectionSpec spec = CollectionSpec.parse(OBJECT);

    assertThatThrownBy(() -> spec.program("nobody"))
        .isInstanceOf(BadObjectException.class)
        .hasMessageContaining("nobody")
        .hasMessageContaining("aegis_ingress");
  }

  @Test
  void parse_ofAPrefix_isRefused() {
    for (int length = 0; length < OBJECT.length; length += 1 + length / 50) {
      byte[] prefix = Arrays.copyOf(OBJECT, length);
      assertThatThrownBy(() -> CollectionSpec.parse(prefix))
          .as("%d bytes", length)
          .isInstanceOf(BadObjectException.class);
    }
  }

  @Test
  void parse_withOneByteChanged_readsOrRefuses() {
    for (int at = 0; at < OBJECT.length; at += 1 + at / 200) {
      byte[] changed = OBJECT.clone();
      changed[at] = (byte) ~changed[at];
      try {
        CollectionSpec.parse(changed);
      } catch (BadObjectException e) {
        assertThat(e).hasMessageMatching(".{10,}");
      }
    }
  }

  @Test
  void parse_ofAnotherMachinesObject_saysSo() {
    byte[] changed = OBJECT.clone();
    changed[18] = 62; // x86-64

    assertThatThrownBy(() -> CollectionSpec.parse(changed)).hasMessageContaining("BPF object");
  }
}
