package io.aegis.enforcer.tck;

import io.aegis.api.StaticRule.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Generated grants, rules and frames: an enforcer agrees with the reference about every one of
 * them, in what gets through, in what {@code explain} says and in what is counted.
 *
 * <p>Each run has another seed, which a failure tells; the system property {@value #SEED} sets it.
 * What fails is shrunk and written to {@code target/fuzz/}, as an entry of a {@link Corpus} that
 * {@link EnforcerContract#cases()} can add.
 */
public abstract class EnforcerDifferential {

  /** The system property that sets the seed, in decimal. */
  public static final String SEED = "aegis.fuzz.seed";

  private static final Path FOUND = Path.of("target", "fuzz");

  /** For subclasses. */
  protected EnforcerDifferential() {}

  /**
   * Makes a fixture.
   *
   * @return a new one; the kit closes it
   */
  protected abstract EnforcerFixture newFixture();

  /**
   * Returns how many frames to compare. As many as fit into a minute will do.
   *
   * @return a number; 20,000 unless overridden
   */
  protected int frames() {
    return 20_000;
  }

  /**
   * Returns how long a generated frame may be.
   *
   * @return in bytes; without jumbo frames unless overridden
   */
  protected int longestFrame() {
    return FrameProber.ETHERNET_FRAME;
  }

  /**
   * Says of which frames the enforcer is stricter than the reference, as its documentation has it:
   * it may drop those. To let one through that the reference drops stays a failure.
   *
   * @param way which way it goes
   * @param frame from the Ethernet header on
   * @return false unless overridden
   */
  protected boolean mayBeStricter(Direction way, byte[] frame) {
    return false;
  }

  @Test
  final void generatedFrames_areDecidedAsByTheReference() {
    Long chosen = Long.getLong(SEED);
    long seed = chosen == null ? ThreadLocalRandom.current().nextLong() : chosen;
    try (EnforcerFixture fixture = newFixture()) {
      var prober = EnforcerProber.of(fixture, longestFrame(), this::mayBeStricter);
      var differential = new Differential(prober, seed, System::nanoTime);
      System.out.printf("comparing %,d frames of seed %d (-D%s)%n", frames(), seed, SEED);
      differential.compare(frames()).ifPresent(EnforcerDifferential::fail);
    }
  }

  private static void fail(Disagreement found) {
    throw new AssertionError(found + "\nIt is saved as " + save(found, FOUND));
  }

  static Path save(Disagreement found, Path folder) {
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve("seed%d-case%d.txt".formatted(found.seed(), found.number()));
      return Files.writeString(file, found.entry());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
