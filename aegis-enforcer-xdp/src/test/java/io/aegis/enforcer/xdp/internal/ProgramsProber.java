package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.tck.FrameProber;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Asks programs that are on no interface, whatever object they were loaded from. They are about
 * frames of one direction; of the others nothing is said.
 */
final class ProgramsProber implements FrameProber {

  private static final int JUMBO_FRAME = 9_014;

  private final Programs programs;
  private final Direction ours;
  private final Set<Capability> capabilities;
  private List<Object> configured = List.of();

  ProgramsProber(Programs programs, Direction ours) {
    this.programs = programs;
    this.ours = ours;
    this.capabilities = EnumSet.copyOf(XdpEnforcer.CAPABILITIES);
    if (ours == Direction.EGRESS) {
      capabilities.add(Capability.EGRESS);
    } else {
      capabilities.remove(Capability.EGRESS);
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public Set<GrantId> arrange(Scene scene) {
    var settings =
        new InterfaceSettings(
            Programs.INTERFACE, scene.mode(), scene.acceptRouters(), scene.linkControl());
    List<Object> wanted = List.of(settings, scene.staticRules());
    try {
      if (!configured.equals(wanted)) {
        programs.configure(settings, scene.staticRules());
        configured = wanted;
      }
      programs.grants.replace(List.of()); // else older forms would still hold their tuples
      programs.grants.replace(
          scene.grants().stream().map(grant -> grant.apply(programs.clock.now())).toList());
      Duration lease = scene.lease();
      programs.state.leaseUntil(
          programs.clock.bootNanosAfter(lease == null ? Duration.ZERO : lease));
      pass(scene.age());
      return programs.reader.grants().stream().map(Grant::id).collect(Collectors.toSet());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pass(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public Answer probe(Direction way, byte[] frame) {
    if (way != ours) {
      return new Answer(null, null);
    }
    try {
      return new Answer(programs.explain(frame), programs.admits(frame));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<Counters> counters() {
    if (ours == Direction.EGRESS) {
      return Optional.empty(); // those of the other frames would be missing
    }
    try {
      return Optional.of(new Counters(programs.counters()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int longestFrame() {
    return JUMBO_FRAME;
  }
}
