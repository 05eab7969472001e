package io.aegis.server.demo;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.server.demo.Story.Observations;
import io.aegis.server.lab.Portal;
import io.aegis.server.lifecycle.StopSignal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells the story without root: the real controller and agent in one process, a real login over
 * HTTPS, and the in-memory enforcer at which simulated frames arrive. For one thread.
 */
public final class SimulatedDemo {
  private static final IpAddress CLIENT = IpAddress.parse("127.0.0.2");
  private static final IpAddress SECOND_CLIENT = IpAddress.parse("127.0.0.3");
  private static final IpAddress WEB = IpAddress.parse("10.77.2.7");
  private static final IpAddress ECHO = IpAddress.parse("10.77.2.8");
  private static final int PORT = 8080;
  private static final Duration IDLE = Duration.ofSeconds(3);

  private final SimulatedGateway gateway = new SimulatedGateway();
  private final SimulatedServer server;
  private final PrintStream out;
  private @Nullable Portal portal;
  private long web;

  /**
   * Prepares the story.
   *
   * @param reason why no real packets are used, for the first line
   * @param clock the wall clock
   * @param out where to tell
   * @throws IOException if there is no place for temporary files
   */
  public SimulatedDemo(String reason, InstantSource clock, PrintStream out) throws IOException {
    this.out = out;
    this.server = new SimulatedServer(Files.createTempDirectory("aegis-demo"), gateway, clock);
    out.println(
        "Aegis demo on SIMULATED packets and the in-memory enforcer ("
            + reason
            + "); as root it uses real ones.");
  }

  /**
   * Plays all steps.
   *
   * @param stop who asks
   * @return how it ended
   */
  public Ending play(StopSignal stop) {
    var story = new Story(out, System::nanoTime, stop);
    boolean up =
        story.step(
            "controller and agent are started in one process",
            "they answer, and nothing passes yet",
            this::start);
    if (up) {
      tell(story);
    }
    story.lastStep("everything is taken down", "nothing stays behind", this::takeDown);
    return story.end();
  }

  private void tell(Story story) {
    story.step(
        "nobody is logged in",
        "TCP, UDP and ping get nothing; the drop counters say why",
        this::nobodyIsLoggedIn);
    boolean open =
        story.step(
            "root logs in with the initial password and activates web",
            "one path opens",
            this::loginAndActivate);
    if (!open) {
      return;
    }
    story.step("one path is open, and one only", "the rest stays shut", this::onlyThatPath);
    story.step(
        "web is deactivated in the middle of a stream of packets both ways",
        "none passes after the answer",
        this::deactivate);
    story.step("nobody uses an open path for 3 s", "it closes by itself", this::idle);
    story.step(
        "the agent ends, and is started again",
        "nothing passes while it is gone; what is still permitted opens again",
        this::restart);
  }

  private void start(Observations seen) throws Exception {
    server.start();
    portal = server.portal(CLIENT);
    seen.tell("the controller answers at " + server.address());
  }

  private Portal portal() {
    return requireNonNull(portal, "the portal is open once the server has started");
  }

  private void nobodyIsLoggedIn(Observations seen) {
    Counters before = gateway.enforcer().counters();
    shut(seen, "TCP to web:8080", SimulatedFrames.tcpSyn(CLIENT, WEB, PORT));
    shut(seen, "UDP to web:8080", SimulatedFrames.udp(CLIENT, WEB, PORT));
    shut(seen, "ping to web", SimulatedFrames.ping(CLIENT, WEB));
    Drops drops = Drops.between(before, gateway.enforcer().counters());
    seen.check(drops.of(Reason.NO_GRANT) == 3, "the gateway dropped: " + drops);
  }

  private void shut(Observations seen, String what, byte[] frame) {
    boolean admitted = gateway.admits(frame);
    seen.check(!admitted, what + (admitted ? ": it passed" : ": dropped"));
  }

  private void loginAndActivate(Observations seen) {
    portal()
        .send(
            "POST",
            "/api/auth/login",
            Map.of("username", "root", "password", server.initialPassword()))
        .orThrow("logging in as root");
    web =
        portal()
            .send(
                "POST",
                "/api/services",
                Map.of(
                    "name",
                    "web",
                    "hostname",
                    WEB + ":" + PORT,
                    "idle_limit_seconds",
                    IDLE.toSeconds()))
            .orThrow("adding service web")
            .json()
            .get("id")
            .asLong();
    portal()
        .send("POST", "/api/roles/1/services", Map.of("service_id", web))
        .orThrow("giving web to root");
    seen.tell("login over HTTPS: 200");
    try (var stream = new Frames()) {
      long call = System.nanoTime();
      activate();
      seen.check(stream.firstAdmitted() > 0, "activating web: packets pass");
      seen.tell(
          "first packet admitted %.1f ms after the call"
              .formatted((stream.firstAdmitted() - call) / 1e6));
    }
  }

  private void activate() {
    portal().send("POST", "/api/me/selected", Map.of("service_id", web)).orThrow("activating web");
  }

  private void onlyThatPath(Observations seen) {
    seen.check(
        gateway.admits(SimulatedFrames.tcpSyn(CLIENT, WEB, PORT)), "TCP to web:8080: it passed");
    shut(seen, "the same port on echo", SimulatedFrames.tcpSyn(CLIENT, ECHO, PORT));
    shut(seen, "port 8081 on web", SimulatedFrames.tcpSyn(CLIENT, WEB, PORT + 1));
    shut(seen, "UDP to web:8080", SimulatedFrames.udp(CLIENT, WEB, PORT));
    shut(seen, "the second client", SimulatedFrames.tcpSyn(SECOND_CLIENT, WEB, PORT));
  }

  private void deactivate(Observations seen) {
    byte[] push = SimulatedFrames.tcpPush(WEB, PORT, CLIENT);
    try (var stream = new Frames();
        var pushes = new Frames(push, gateway::lets)) {
      seen.check(pushes.firstAdmitted() > 0, "packets of web pass to the client, too");
      long call = System.nanoTime();
      portal().send("DELETE", "/api/me/selected/" + web, Map.of()).orThrow("deactivating web");
      long answered = System.nanoTime();
      LockSupport.parkNanos(100_000_000); // what would pass after the answer needs time to do so
      passedBefore(seen, "the client's", stream, call, answered);
      passedBefore(seen, "web's", pushes, call, answered);
    }
  }

  private static void passedBefore(
      Observations seen, String whose, Frames stream, long call, long answered) {
    seen.check(
        stream.lastAdmitted() < answered,
        "%s last packet passed %.1f ms after the call, the answer came after %.1f ms"
            .formatted(whose, (stream.lastAdmitted() - call) / 1e6, (answered - call) / 1e6));
  }

  private void idle(Observations seen) throws InterruptedException {
    activate();
    seen.check(
        gateway.admits(SimulatedFrames.tcpSyn(CLIENT, WEB, PORT)), "TCP to web:8080: it passed");
    Thread.sleep(IDLE.plusMillis(200)); // letting time pass is the step
    shut(seen, "3 s later, TCP to web:8080", SimulatedFrames.tcpSyn(CLIENT, WEB, PORT));
  }

  private void restart(Observations seen) throws Exception {
    portal().send("DELETE", "/api/me/selected/" + web, Map.of());
    activate();
    server.stop();
    seen.check(!passes(), "while it is gone, TCP to web:8080: dropped");
    portal().close();
    server.start();
    portal = server.portal(CLIENT);
    seen.check(awaitOpen(), "it is back and has what the controller still wants: web is open");
  }

  private boolean passes() {
    try {
      return gateway.admits(SimulatedFrames.tcpSyn(CLIENT, WEB, PORT));
    } catch (EnforcerException e) {
      return false; // closed: nothing stays admitted
    }
  }

  private boolean awaitOpen() {
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (System.nanoTime() < end) {
      if (passes()) {
        return true;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return false;
  }

  private void takeDown(Observations seen) throws Exception {
    if (portal != null) {
      portal.close();
    }
    server.stop();
    Path directory = server.delete();
    seen.check(!Files.exists(directory), "no process or file is left");
  }

  /** Frames, from the client to web unless said, that never stop coming. */
  private final class Frames implements AutoCloseable {
    private final byte[] frame;
    private final Predicate<byte[]> passes;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile long first;
    private volatile long last;
    private final CompletableFuture<Void> done;

    Frames() {
      this(SimulatedFrames.tcpSyn(CLIENT, WEB, PORT), gateway::admits);
    }

    Frames(byte[] frame, Predicate<byte[]> passes) {
      this.frame = frame;
      this.passes = passes;
      // Threads of their own: the common pool has one where there are two processors.
      done = CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
    }

    private void run() {
      while (!stopped.get()) {
        long now = System.nanoTime();
        if (passes.test(frame)) {
          last = now;
          first = first == 0 ? now : first;
        }
        LockSupport.parkNanos(50_000);
      }
    }

    long firstAdmitted() {
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      while (first == 0 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      return first;
    }

    long lastAdmitted() {
      return last;
    }

    @Override
    public void close() {
      stopped.set(true);
      done.join();
    }
  }
}
