package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Prefix;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An agent, its enforcer that survives it, and a controller under the test's command. */
final class AgentRig implements AutoCloseable {

  final ScriptedController controller;
  final SurvivingEnforcer enforcer = new SurvivingEnforcer();
  private final Path directory;
  private AgentRuntime agent;

  AgentRig(Path directory) throws IOException {
    this(directory, Clock.systemUTC());
  }

  AgentRig(Path directory, InstantSource wall) throws IOException {
    this.directory = directory;
    controller = new ScriptedController();
    agent = started(wall);
  }

  private AgentRuntime started(InstantSource wall) throws IOException {
    var config =
        new AgentConfig(
            "edge-1",
            "rig",
            List.of(InterfaceSettings.enforcing("wan")),
            List.of(),
            100,
            Map.of(),
            LocalEnvelope.guarding(Set.of(Prefix.parse("10.77.0.0/16"))),
            FailMode.STATIC_BOUNDED,
            directory,
            null);
    var environment = new AgentEnvironment(wall, new BootClock(), new Random(1), null);
    var made =
        new AgentRuntime(
            config,
            enforcer,
            List.of(controller.dialed()),
            ScriptedController.VERIFIER,
            environment);
    made.start();
    return made;
  }

  AgentRuntime agent() {
    return agent;
  }

  /** Another process in the place of this one, in the same directory. */
  void restart() throws IOException {
    restart(Clock.systemUTC());
  }

  /** As {@link #restart()}, on a machine whose clock reads this. */
  void restart(InstantSource wall) throws IOException {
    agent.close();
    controller.received.clear();
    agent = started(wall);
  }

  List<Long> inForce() {
    return enforcer.grants().stream().map(Grant::id).map(GrantId::value).toList();
  }

  static void eventually(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within 10 s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() {
    agent.close();
    controller.close();
  }
}
