package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The differential finds faults, and leaves each behind as a small case that the kit can run. */
class DifferentialTest {
  private static final long SEED = 42;
  private static final int ORDINARY = 20_000;

  private final InMemoryFixture fixture = new InMemoryFixture();
  private final EnforcerProber honest =
      EnforcerProber.of(fixture, FrameProber.ETHERNET_FRAME, (_, _) -> false);

  @AfterEach
  void close() {
    fixture.close();
  }

  /** A datapath that sees another frame than it got, or answers otherwise than it should. */
  private record Faulty(
      FrameProber honest, UnaryOperator<byte[]> frame, UnaryOperator<Verdict> verdict)
      implements FrameProber {
    @Override
    public Set<Capability> capabilities() {
      return honest.capabilities();
    }

    @Override
    public Set<GrantId> arrange(Scene scene) {
      return honest.arrange(scene);
    }

    @Override
    public Answer probe(Direction way, byte[] bytes) {
      Verdict explained = honest.probe(way, frame.apply(bytes.clone())).explained();
      return new Answer(explained == null ? null : verdict.apply(explained), null);
    }
  }

  /** One that is declared to be stricter about every frame. */
  private record Stricter(FrameProber inner) implements FrameProber {
    @Override
    public Set<Capability> capabilities() {
      return inner.capabilities();
    }

    @Override
    public Set<GrantId> arrange(Scene scene) {
      return inner.arrange(scene);
    }

    @Override
    public Answer probe(Direction way, byte[] bytes) {
      return inner.probe(way, bytes);
    }

    @Override
    public boolean mayBeStricter(Direction way, byte[] frame) {
      return true;
    }
  }

  private Optional<Disagreement> ofDeclared(UnaryOperator<Verdict> verdict) {
    var stricter = new Stricter(new Faulty(honest, UnaryOperator.identity(), verdict));
    return difference(stricter, ORDINARY / 10);
  }

  @Test
  void compare_stricterWhereThatIsDeclared_agrees_andLaxerDoesNot() {
    assertThat(ofDeclared(_ -> Verdict.of(Reason.NO_GRANT))).isEmpty();
    assertThat(ofDeclared(_ -> Verdict.of(Reason.STATIC))).isPresent();
    var silent = new Faulty(honest, UnaryOperator.identity(), _ -> Verdict.of(Reason.NO_GRANT));
    assertThat(difference(silent, ORDINARY / 10)).isPresent();
  }

  private static byte[] ifIpv4(byte[] frame, UnaryOperator<byte[]> change) {
    boolean isIpv4 = frame.length > 60 && frame[12] == 0x08 && frame[13] == 0 && frame[14] == 0x45;
    return isIpv4 ? change.apply(frame) : frame;
  }

  private DynamicTest reads(String what, UnaryOperator<byte[]> frame) {
    return finds(what, new Faulty(honest, frame, UnaryOperator.identity()));
  }

  private DynamicTest answers(String what, UnaryOperator<Verdict> verdict) {
    return finds(what, new Faulty(honest, UnaryOperator.identity(), verdict));
  }

  @TestFactory
  Stream<DynamicTest> compare_aFaultyDatapath_isFoundAndShrunk() {
    return Stream.of(
        reads(
            "overlooks fragments",
            frame ->
                ifIpv4(
                    frame,
                    bytes -> {
                      bytes[20] &= 0x40;
                      bytes[21] = 0;
                      return bytes;
                    })),
        reads(
            "takes UDP for TCP",
            frame ->
                ifIpv4(
                    frame,
                    bytes -> {
                      bytes[23] = bytes[23] == 17 ? 6 : bytes[23];
                      return bytes;
                    })),
        reads(
            "reads one byte of a port",
            frame ->
                ifIpv4(
                    frame,
                    bytes -> {
                      bytes[37] = 0;
                      return bytes;
                    })),
        answers(
            "admits what has expired",
            verdict ->
                verdict.reason() == Reason.EXPIRED
                    ? new Verdict(true, Reason.GRANT, verdict.grantId())
                    : verdict),
        answers("forgets which grant it was", verdict -> Verdict.of(verdict.reason())),
        answers(
            "takes the lease for idleness",
            verdict ->
                verdict.reason() == Reason.LEASE
                    ? new Verdict(verdict.admitted(), Reason.IDLE, verdict.grantId())
                    : verdict));
  }

  private DynamicTest finds(String what, FrameProber faulty) {
    return DynamicTest.dynamicTest(what, () -> requireFound(faulty));
  }

  private void requireFound(FrameProber faulty) {
    Disagreement found = difference(faulty, ORDINARY).orElseThrow();

    assertThat(found.entry().lines()).as(found.entry()).hasSizeLessThanOrEqualTo(6);
    List<PacketCase> saved = Corpus.read("found", found.entry());
    assertThat(saved).hasSize(1);
    assertThat(saved.getFirst().steps()).hasSize(1);
    assertThat(new Differential(faulty, 0, System::nanoTime).compare(saved)).isPresent();
    assertThat(new Differential(honest, 0, System::nanoTime).compare(saved)).isEmpty();
    assertThat(expectedOf(saved.getFirst())).isEqualTo(reasonOf(saved.getFirst()));
  }

  private static Optional<Disagreement> difference(FrameProber prober, int frames) {
    return new Differential(prober, SEED, System::nanoTime).compare(frames);
  }

  private static @Nullable Reason expectedOf(PacketCase saved) {
    return saved.steps().getFirst().expected().reason();
  }

  private Reason reasonOf(PacketCase saved) {
    honest.arrange(saved.scene());
    Sent sent = Sent.of(Sent.line(saved.steps().getFirst()));
    Verdict verdict = honest.probe(sent.way(), sent.frame()).explained();
    return verdict == null ? Reason.NO_GRANT : verdict.reason();
  }

  @Test
  void cases_ofOneSeed_areTheSame() {
    assertThat(FuzzCase.of(7, 3, 50, honest)).isEqualTo(FuzzCase.of(7, 3, 50, honest));
    assertThat(FuzzCase.of(7, 3, 50, honest)).isNotEqualTo(FuzzCase.of(8, 3, 50, honest));
  }

  /** What is generated reaches every row of the table often enough to tell. */
  @Test
  void frames_ofAnOrdinaryRun_meetEveryReason() {
    var met = new java.util.EnumMap<Reason, Integer>(Reason.class);
    var counting =
        new Faulty(
            honest,
            UnaryOperator.identity(),
            verdict -> {
              met.merge(verdict.reason(), 1, Integer::sum);
              return verdict;
            });

    assertThat(difference(counting, 120_000)).isEmpty();

    var missing = new java.util.ArrayList<>(List.of(Reason.values()));
    missing.removeIf(reason -> met.getOrDefault(reason, 0) >= 50);
    assertThat(missing).as("%s", met).isEmpty();
  }
}
