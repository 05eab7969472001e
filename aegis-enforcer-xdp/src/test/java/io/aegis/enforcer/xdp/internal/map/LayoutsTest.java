package io.aegis.enforcer.xdp.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.enforcer.xdp.internal.TestObjects;
import io.aegis.enforcer.xdp.internal.elf.Btf;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One layout, two languages: Java against the type information of the compiled object. */
class LayoutsTest {

  private static final CollectionSpec SPEC = CollectionSpec.parse(TestObjects.ingress());

  private static final Path HEADER = Path.of("../bpf/aegis_layout.h");

  static List<StructLayout> layouts() {
    return Layouts.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layouts")
  void layout_ofEveryStruct_isThatOfC(StructLayout layout) {
    Btf btf = SPEC.btf();
    int type = btf.struct(layout.name().orElseThrow()).orElseThrow();

    assertThat(layout.byteSize()).isEqualTo(btf.size(type));
    assertThat(layout.memberLayouts().stream().map(each -> each.name().orElseThrow()))
        .containsExactlyElementsOf(btf.members(type).stream().map(Btf.Member::name).toList());
    for (Btf.Member member : btf.members(type)) {
      var path = PathElement.groupElement(member.name());
      assertThat(layout.byteOffset(path)).as(member.name()).isEqualTo(member.offset());
      MemoryLayout field = layout.select(path);
      assertThat(field.byteSize()).as(member.name()).isEqualTo(btf.size(member.type()));
    }
  }

  /** A struct that is added to the header and to no layout would be compared with nothing. */
  @Test
  void everyStruct_ofTheHeader_hasALayout() throws IOException {
    List<String> inC =
        Pattern.compile("^struct (\\w+) \\{", Pattern.MULTILINE)
            .matcher(Files.readString(HEADER))
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(inC)
        .hasSizeGreaterThan(10)
        .containsExactlyInAnyOrderElementsOf(
            Layouts.ALL.stream().map(layout -> layout.name().orElseThrow()).toList());
  }

  @Test
  void numbers_ofTheHeader_areThoseOfJava() throws IOException {
    String header = Files.readString(HEADER);
    Map<String, Long> inJava =
        Map.of(
            "LAYOUT_VERSION",
            Layouts.VERSION,
            "SLOTS",
            (long) Layouts.SLOTS,
            "SEEDS",
            (long) Layouts.SEEDS,
            "RULES",
            (long) Layouts.RULES,
            "ETHERTYPES",
            (long) Layouts.ETHERTYPES,
            "INTERFACES",
            (long) Layouts.INTERFACES,
            "DIRECTIONS",
            (long) Layouts.DIRECTIONS,
            "REASONS",
            (long) Layouts.REASONS);
    inJava.forEach((name, number) ->
        assertThat(header).containsPattern("#define AEGIS_" + name + " " + number + "\\b"));
  }

  @Test
  void numbers_ofReasons_areThoseOfC() {
    var inC = SPEC.btf().enumerators("aegis_reason");
    assertThat(inC.remove("AEGIS_UNDECIDED")).isZero();
    for (Reason reason : Reason.values()) {
      assertThat(inC.remove("AEGIS_" + reason)).as("%s", reason).isEqualTo(reason.code());
    }
    assertThat(inC).isEmpty();
    assertThat(Reason.values().length).isLessThan(Layouts.REASONS);
  }
}
