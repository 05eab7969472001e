package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Looking at an instance from beside it, and after its process. */
@Tag("kernel")
final class XdpViewIT {

  private final Grant grant = Examples.web(1, Instant.now().plusSeconds(60));

  @RegisterExtension final Scene scene = new Scene("view");

  private EnforcerView inspect() {
    return scene.provider().inspect(scene.instance(), InstantSource.system());
  }

  @Test
  void inspect_whileOpenAndAfterClosing_tellsTheSame() {
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(grant));
      scene.veth().sendUdp(9);
      try (EnforcerView view = inspect()) {
        assertThat(view.grants()).containsExactly(grant);
        assertThat(view.activity()).isEqualTo(enforcer.activity());
        assertThat(view.health().isGreen()).isTrue();
      }
    }
    try (EnforcerView view = inspect()) {
      assertThat(view.grants()).containsExactly(grant);
      assertThat(view.counters().packets(Reason.NO_GRANT)).isPositive();
      assertThat(view.health().isGreen()).isTrue();
    }
  }

  @Test
  void health_whereALinkIsNotPinned_saysWhich() throws Exception {
    scene.open().close();
    LinkPin link = scene.pins().links().getFirst();
    Files.delete(link.egress());
    try (EnforcerView view = inspect()) {
      assertThat(view.health().problems())
          .singleElement()
          .asString()
          .contains("egressprogram_", "the interface may be open");
      assertThat(view.filtered()).containsExactly(Direction.INGRESS);
    }
  }

  @Test
  void explain_besideAndAfterTheEnforcer_answersAsItDoesAndCountsNothing() {
    byte[] asked = Examples.webSyn();
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(grant));
      try (EnforcerView view = inspect()) {
        assertThat(view.explain(scene.veth().near(), asked))
            .isEqualTo(new Verdict(true, Reason.GRANT, grant.id()))
            .isEqualTo(enforcer.explain(scene.veth().near(), asked));
        assertThat(view.explain(scene.veth().near(), Examples.web6Syn()).reason())
            .isEqualTo(Reason.NO_GRANT);
      }
    }
    try (EnforcerView view = inspect()) {
      assertThat(view.explain(scene.veth().near(), asked).reason()).isEqualTo(Reason.GRANT);
      assertThat(view.explain(scene.veth().near(), new byte[14]).reason())
          .isEqualTo(Reason.ETHERTYPE);
      assertThat(view.activity()).containsEntry(grant.id(), Activity.NONE);
      assertThat(view.counters().packets(Reason.GRANT)).isZero();
      assertThatThrownBy(() -> view.explain("no-such", asked))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(scene.veth().near());
      assertThatThrownBy(() -> view.explain(scene.veth().near(), new byte[13]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void explain_afterAnotherOpening_answersForItsRules() {
    byte[] asked = Examples.webSyn();
    scene.open().close();
    scene
        .provider()
        .open(
            Settings.of(
                scene.instance(),
                List.of(InterfaceSettings.enforcing(scene.veth().near())),
                List.of(
                    new StaticRule(
                        Direction.INGRESS,
                        Prefix.of(grant.client()),
                        grant.target().prefix(),
                        StaticRule.TCP,
                        PortRange.ANY,
                        PortRange.ANY,
                        false))))
        .close();
    try (EnforcerView view = inspect()) {
      assertThat(view.explain(scene.veth().near(), asked).reason()).isEqualTo(Reason.STATIC);
    }
  }

  @Test
  void explain_whatLeaves_afterTheEnforcer_answersAsItDid() throws Exception {
    byte[] reply = Examples.webReply();
    Verdict said;
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(grant));
      said = enforcer.explain(Direction.EGRESS, scene.veth().near(), reply);
      assertThat(said).isEqualTo(new Verdict(true, Reason.GRANT, grant.id()));
    }
    try (EnforcerView view = inspect()) {
      assertThat(view.explain(Direction.EGRESS, scene.veth().near(), reply)).isEqualTo(said);
      assertThat(view.explain(Direction.EGRESS, scene.veth().near(), Examples.webSyn()).reason())
          .isEqualTo(Reason.EGRESS);
    }
  }

  @Test
  void explain_whereAnotherBuildIsAttached_isRefused() throws Exception {
    scene.open().close();
    var object = CompiledDirection.of(Direction.INGRESS);
    Path pin = scene.pins().links().getFirst().settings(Direction.INGRESS);
    byte[] mark = object.mark().toArray();
    mark[0]++;
    Files.delete(pin);
    try (Loader loader = Loader.of(object.spec());
        OwnedFd other =
            loader.createData(
                object.program(),
                CompiledDirection.CONSTANTS,
                Map.of(CompiledDirection.MARK, mark))) {
      Bpf.pin(other, pin);
    }
    refusesToExplain("another build");
  }

  @Test
  void explain_whereTheProgramWasReplacedMeanwhile_isRefused() throws Exception {
    scene.open().close();
    Path pin = scene.pins().links().getFirst().program(Direction.INGRESS);
    Files.delete(pin);
    try (Programs others = new Programs(1)) {
      others.pin(pin);
      refusesToExplain("being replaced");
    }
  }

  @Test
  void explain_whereNothingIsPinnedToAnswerBy_isRefused() throws Exception {
    scene.open().close();
    Files.delete(scene.pins().links().getFirst().settings(Direction.INGRESS));
    refusesToExplain("not pinned");
  }

  private void refusesToExplain(String why) {
    try (EnforcerView view = inspect()) {
      assertThatThrownBy(() -> view.explain(scene.veth().near(), Examples.webSyn()))
          .isInstanceOfSatisfying(
              EnforcerException.class,
              e -> assertThat(e.kind()).isEqualTo(EnforcerException.Kind.UNSUPPORTED))
          .hasMessageContainingAll(scene.veth().near(), why);
    }
  }

  @Test
  void health_interfaceIsGone_isRed() {
    scene.open().close();
    try (EnforcerView view = inspect()) {
      scene.veth().close();
      assertThat(view.health().problems()).singleElement().asString().contains(scene.veth().near());
    }
  }

  @Test
  void inspect_noSuchInstance_saysWhereItLooked() {
    assertThatThrownBy(this::inspect)
        .isInstanceOfSatisfying(
            EnforcerException.class,
            e -> assertThat(e.kind()).isEqualTo(EnforcerException.Kind.BAD_SETTINGS))
        .hasMessageContaining("/sys/fs/bpf/aegis/" + scene.instance());
  }

  @Test
  void grants_afterClosing_areRefused() {
    scene.open().close();
    EnforcerView view = inspect();
    view.close();
    assertThatThrownBy(view::grants)
        .isInstanceOfSatisfying(
            EnforcerException.class,
            e -> assertThat(e.kind()).isEqualTo(EnforcerException.Kind.CLOSED));
  }
}
