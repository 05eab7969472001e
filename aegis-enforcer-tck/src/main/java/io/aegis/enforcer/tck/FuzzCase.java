package io.aegis.enforcer.tck;

import io.aegis.enforcer.tck.PacketCase.Scene;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames and what is in force when they arrive, as lines of a {@link Corpus}.
 *
 * @param settings lines about the interface and static rules: opening anew costs time
 * @param grants lines about grants, lease and age
 * @param frames lines about frames, without their outcome
 */
record FuzzCase(List<String> settings, List<String> grants, List<String> frames) {
  private static final int SAME_SETTINGS = 16;
  private static final int AGED = 128;
  private static final int AGED_FRAMES = 6;

  FuzzCase {
    settings = List.copyOf(settings);
    grants = List.copyOf(grants);
    frames = List.copyOf(frames);
  }

  /**
   * The case of a seed and a number. Cases with the same settings come one after the other; few are
   * aged, since that has to be waited for. What the datapath's settings could not be is left out.
   */
  static FuzzCase of(long seed, long number, int frames, FrameProber prober) {
    Dice opened = Dice.of(~seed, number / SAME_SETTINGS);
    Dice dice = Dice.of(seed, number);
    List<String> settings = FuzzScenes.settings(opened, prober.capabilities());
    boolean aged = number % AGED == AGED / 2;
    List<String> grants = FuzzScenes.grants(dice, aged);
    int count = aged ? AGED_FRAMES * frames : frames;
    var scene = new ArrayList<>(settings);
    scene.addAll(grants);
    return new FuzzCase(settings, grants, new FuzzFrames(dice, scene, prober).some(count));
  }

  Scene scene() {
    var lines = new ArrayList<>(settings);
    lines.addAll(grants);
    return Corpus.scene(lines);
  }

  FuzzCase withSettings(List<String> lines) {
    return new FuzzCase(lines, grants, frames);
  }

  FuzzCase withGrants(List<String> lines) {
    return new FuzzCase(settings, lines, frames);
  }

  FuzzCase withFrames(List<String> texts) {
    return new FuzzCase(settings, grants, texts);
  }
}
