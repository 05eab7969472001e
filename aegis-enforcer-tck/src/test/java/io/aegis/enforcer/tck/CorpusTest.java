package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.Grant;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.tck.PacketCase.Outcome;
import io.aegis.enforcer.tck.PacketCase.Step;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The standard corpus is whole, and mistakes in a corpus are found where they are. */
final class CorpusTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Set<Reason> OF_ONE_FAMILY_OR_NONE =
      EnumSet.of(
          Reason.VLAN_DEPTH,
          Reason.ARP,
          Reason.ETHERTYPE,
          Reason.LINK_CONTROL,
          Reason.IP_OPTIONS,
          Reason.EXTENSION_HEADER,
          Reason.NEIGHBOUR);

  private static final String FRAME = "\n  frame arp\n    admit ARP\n";

  @Test
  void standard_hasEveryReasonOfTheTable() {
    Set<Reason> missing = EnumSet.allOf(Reason.class);
    missing.removeAll(reasons(""));
    assertThat(missing).as("reasons without a case").isEmpty();
  }

  @Test
  void standard_hasEveryReasonThatBothFamiliesKnowInBoth() {
    Set<Reason> expected = reasons("");
    expected.removeAll(OF_ONE_FAMILY_OR_NONE);
    expected.remove(Reason.LEASE); // of the grant alone, whatever the family
    expected.remove(Reason.WOULD_ADMIT);
    assertThat(reasons("ipv4")).containsAll(expected);
    assertThat(reasons("ipv6")).containsAll(expected);
  }

  private static Set<Reason> reasons(String header) {
    return Corpus.standard().stream()
        .flatMap(each -> each.steps().stream())
        .filter(step -> step.frameText().contains(header))
        .map(step -> step.expected().reason())
        .filter(reason -> reason != null)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)));
  }

  @Test
  void standard_outcomesFitTheirReasonsAndNameTheirGrants() {
    for (PacketCase each : Corpus.standard()) {
      Set<io.aegis.api.GrantId> ids =
          each.scene().grantsAt(NOW).stream().map(Grant::id).collect(Collectors.toSet());
      for (Step step : each.steps()) {
        Reason reason = step.expected().reason();
        assertThat(reason).as("%s", each).isNotNull();
        boolean admits = reason != null && reason.admits();
        assertThat(step.expected().outcome() == Outcome.ADMIT).as("%s", each).isEqualTo(admits);
        assertThat(ids).as("%s", each).containsAll(step.expected().grants());
        boolean byGrant =
            EnumSet.of(Reason.GRANT, Reason.EXPIRED, Reason.LEASE, Reason.WOULD_ADMIT)
                .contains(reason);
        assertThat(step.expected().grants().isEmpty() && byGrant)
            .as("%s: which grant decides?", each)
            .isFalse();
      }
    }
  }

  @Test
  void standard_sentencesAreDistinctWithinTheirFile() {
    assertThat(Corpus.standard()).doesNotHaveDuplicates().hasSizeGreaterThan(100);
  }

  @Test
  void expectations_onABackendThatLacksSomething_areTheFirstThatApplies() {
    Step step =
        Corpus.read(
                "text",
                """
                a case
                  frame arp
                    admit ARP without AUDIT drop NO_GRANT without IPV6 drop FRAGMENT
                """)
            .getFirst()
            .steps()
            .getFirst();
    assertThat(step.expected().on(EnumSet.allOf(Capability.class)).reason()).isEqualTo(Reason.ARP);
    assertThat(step.expected().on(Set.of(Capability.AUDIT)).reason()).isEqualTo(Reason.FRAGMENT);
    assertThat(step.expected().on(Set.of()).reason()).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void mistakes_areFoundWithTheirLine() {
    Map.of(
            "  frame arp",
            "text:1: a case begins with its sentence",
            "one\n  frame arp\n    admits ARP",
            "text:3: 'admits' is not understood",
            "one\n  frame arp\n    admit NDP",
            "text:3: No enum constant",
            "one\n    admit ARP",
            "text:2: an outcome without a frame",
            "one\n  frame arp\n  frame arp",
            "text:3: the frame before has no outcome",
            "one\n  frame arp cut=3\n",
            "text:2: frame header 'arp cut=3'",
            "one\n  grant 1 10.0.0.1 to tcp 10.0.0.2 port 1 adit" + FRAME,
            "text:2: 'adit' is not understood",
            "one\n  grant 0 10.0.0.1 to tcp 10.0.0.2" + FRAME,
            "text:2: a grant id is positive",
            "one\n  rule 10.0.0.0/8 10.0.0.1 tcp" + FRAME,
            "text:2: 'to' is missing",
            "one\n  interface adit" + FRAME,
            "text:2: No enum constant")
        .forEach((text, message) ->
            assertThatIllegalArgumentException()
                .as(text)
                .isThrownBy(() -> Corpus.read("text", text))
                .withMessageContaining(message));
  }

  @Test
  void caseWithoutFrames_orWithoutTheLastOutcome_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.read("text", "one\n\ntwo" + FRAME));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.read("text", "one" + FRAME + "  frame arp"));
  }

  @Test
  void commentsAndEmptyLines_areNothing() {
    List<PacketCase> cases = Corpus.read("text", "# one\n\none # two" + FRAME + "   # three\n");
    assertThat(cases).hasSize(1);
    assertThat(cases.getFirst().sentence()).isEqualTo("one");
    assertThat(cases.getFirst().line()).isEqualTo(3);
  }
}
