package io.aegis.enforcer.tck;

import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** The random choices of one generated case: the same for the same seed. Not thread-safe. */
final class Dice {
  /** Keeps neighbouring cases of one seed apart (the odd constant of SplittableRandom itself). */
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private final SplittableRandom random;

  private Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  static Dice of(long seed, long number) {
    return new Dice(seed ^ (number + 1) * GOLDEN);
  }

  /** Whether something happens that happens once in {@code times}. */
  boolean once(int times) {
    return random.nextInt(times) == 0;
  }

  /** From {@code least} to {@code most}, both included. */
  int from(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  String hex(int bytes) {
    byte[] data = new byte[bytes];
    random.nextBytes(data);
    return HexFormat.of().formatHex(data);
  }
}
