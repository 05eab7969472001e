package io.aegis.server.agent;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an agent takes from the machine it runs on.
 *
 * @param wall the local wall clock
 * @param bootNanos nanoseconds since boot, time asleep included
 * @param random spreads the dialing
 * @param sshConnection the value of {@code SSH_CONNECTION}; null outside an ssh session
 */
public record AgentEnvironment(
    InstantSource wall,
    LongSupplier bootNanos,
    RandomGenerator random,
    @Nullable String sshConnection) {
  /** Makes an environment. */
  public AgentEnvironment {
    requireNonNull(wall, "wall");
    requireNonNull(bootNanos, "bootNanos");
    requireNonNull(random, "random");
  }

  /**
   * Returns the environment of this machine.
   *
   * @param wall the local wall clock
   * @param sshConnection the value of {@code SSH_CONNECTION}; null outside an ssh session
   * @return the environment
   * @throws IllegalStateException if the time since boot cannot be read
   */
  public static AgentEnvironment ofThisMachine(InstantSource wall, @Nullable String sshConnection) {
    return new AgentEnvironment(wall, new BootClock(), RandomGenerator.getDefault(), sshConnection);
  }
}
