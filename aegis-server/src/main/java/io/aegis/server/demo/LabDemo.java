package io.aegis.server.demo;

import io.aegis.server.lab.Lab;
import io.aegis.server.lab.LabLimits;
import io.aegis.server.lifecycle.StopSignal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Tells the story on real packets in a lab of its own, and takes the lab down. */
public final class LabDemo {
  /** Short, so that a story of a minute can show them pass. */
  private static final LabLimits LIMITS =
      new LabLimits(Duration.ofSeconds(3), Duration.ofSeconds(10));

  private final Lab lab;
  private final boolean keep;
  private final PrintStream out;

  /**
   * Prepares the story.
   *
   * @param lab the lab to make
   * @param keep whether to leave it running at the end
   * @param out where to tell
   */
  public LabDemo(Lab lab, boolean keep, PrintStream out) {
    this.lab = lab;
    this.keep = keep;
    this.out = out;
  }

  /**
   * Plays all steps until somebody asks to stop.
   *
   * @param stop who asks
   * @return how it ended
   */
  public Ending play(StopSignal stop) {
    out.println(
        "Aegis demo on real packets: namespaces client, client2, gateway and zone;"
            + " XDP in native mode on the gateway's out0.");
    var story = new Story(out, System::nanoTime, stop);
    boolean up =
        story.step(
            "the lab is set up",
            "network, services, controller in the zone, agent on the gateway",
            seen -> {
              clearLeftovers();
              lab.up(LIMITS);
              seen.tell("controller and agent are two processes, TLS 1.3 between them");
            });
    if (up) {
      tell(story);
    }
    boolean stays = keep && up && !story.isBrokenOff();
    if (!stays) {
      story.lastStep("the lab is taken down", "nothing stays behind", this::takeDown);
    }
    Ending ending = story.end();
    if (stays) {
      out.println();
      out.print(lab.guide());
    }
    return ending;
  }

  /** A demo that was killed left its lab behind; this one takes its place. */
  private void clearLeftovers() {
    if (!keep && !lab.leftovers().isEmpty()) {
      lab.down();
    }
  }

  private void tell(Story story) {
    try (var labStory = new LabStory(lab, LIMITS)) {
      var opening = new OpeningSteps(labStory);
      var closing = new ClosingSteps(labStory, LIMITS);
      story.step(
          "nobody is logged in",
          "TCP, UDP and ping from the client get nothing; the drop counters say why",
          opening::nobodyIsLoggedIn);
      boolean open =
          story.step(
              "root logs in with the initial password and activates web",
              "a local static rule opens the portal and nothing else; activation opens one path",
              opening::loginAndActivate);
      if (!open) {
        return; // nothing after this means anything without a path
      }
      story.step(
          "one path is open, and one only",
          "the client reaches web; other services, ports, protocols and clients stay shut",
          opening::onlyThatPathIsOpen);
      story.step(
          "web is deactivated in the middle of an upload",
          "after the answer no packet passes the gateway, neither the client's nor web's",
          closing::deactivateDuringAnUpload);
      story.step(
          "web is deactivated in the middle of a download",
          "the same: web can push nothing more, though it tries",
          closing::deactivateDuringADownload);
      story.step(
          "nobody uses an open path for 3 s", "the kernel closes it by itself", closing::idle);
      story.step(
          "the agent is killed with -9",
          "what was open closes at its expiry, nothing else opens;\n"
              + "a restarted agent adopts the pinned state and lets no forbidden packet through",
          closing::killTheAgent);
    }
  }

  private void takeDown(Story.Observations seen) {
    lab.down();
    List<String> left = lab.leftovers();
    seen.check(
        left.isEmpty(),
        left.isEmpty()
            ? "no namespace, interface, pin, process or file is left"
            : "left behind: " + String.join(", ", left));
  }
}
