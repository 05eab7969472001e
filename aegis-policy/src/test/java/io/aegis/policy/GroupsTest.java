package io.aegis.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Groups of groups, and those that contain themselves. */
final class GroupsTest {

  @Test
  void resolve_followsEveryWayUp() {
    Groups groups =
        Groups.of(
            Map.of(
                "payroll", Set.of("finance"),
                "finance", Set.of("staff", "audited"),
                "audited", Set.of("staff")));

    assertThat(groups.resolve(Set.of("payroll", "guests")))
        .containsExactlyInAnyOrder("payroll", "finance", "audited", "staff", "guests");
    assertThat(groups.resolve(Set.of("staff"))).containsExactly("staff");
    assertThat(groups.resolve(Set.of())).isEmpty();
  }

  @Test
  void of_groupsThatContainThemselves_areRefusedAllOfThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Groups.of(
                Map.of(
                    "a", Set.of("b"),
                    "b", Set.of("c", "top"),
                    "c", Set.of("a"),
                    "below", Set.of("a"),
                    "self", Set.of("self"))))
        .withMessage(
            """
            group 'a' is in 'b' is in 'c' is in 'a'
            group 'self' is in 'self'\
            """);
  }

  @Test
  void of_somethingThatIsNoName_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Groups.of(Map.of(" ", Set.of("a"))));
    assertThatIllegalArgumentException().isThrownBy(() -> Groups.of(Map.of("a", Set.of("b\n"))));
  }

  /** As deep as a hostile directory may be: no recursion. */
  @Test
  void groups_ofAnyDepth_areResolvedAndChecked() {
    Map<String, Set<String>> parents = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      parents.put("g" + i, Set.of("g" + (i + 1)));
    }
    assertThat(Groups.of(parents).resolve(Set.of("g0"))).hasSize(100_001);

    parents.put("g100000", Set.of("g0"));
    assertThat(Groups.cycles(parents)).hasSize(1);
    assertThat(Groups.cycles(parents).getFirst()).hasSize(100_001);
  }
}
