package io.aegis.enforcer.xdp.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.enforcer.xdp.internal.TestObjects;
import io.aegis.enforcer.xdp.internal.elf.Btf;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One layout, two languages: Java against the type information of the compiled object. */
class LayoutsTest {

  private static final CollectionSpec SPEC = CollectionSpec.parse(TestObjects.ingress());

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
