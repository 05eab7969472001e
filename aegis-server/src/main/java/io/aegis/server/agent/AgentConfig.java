package io.aegis.server.agent;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.pki.AgentNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent protects, and how.
 *
 * @param name the gateway's name, which is the one in the agent's certificate
 * @param instance names the enforcement state on this machine
 * @param interfaces the protected interfaces
 * @param staticRules the gateway's own rules
 * @param maxGrants how many grants can be in force at once
 * @param options settings of the enforcer alone
 * @param envelope what a controller may open here at most
 * @param failMode what happens while no controller can be reached
 * @param stateDirectory where the agent remembers what it has applied; made if absent
 * @param commitConfirm how long what was not confirmed is enforced, 1 s to 1 day; null: for good
 */
public record AgentConfig(
    String name,
    String instance,
    List<InterfaceSettings> interfaces,
    List<StaticRule> staticRules,
    int maxGrants,
    Map<String, String> options,
    LocalEnvelope envelope,
    FailMode failMode,
    Path stateDirectory,
    @Nullable Duration commitConfirm) {

  private static final String AUDITED = " (audit mode, drops nothing but malformed frames)";
  private static final Duration LEAST_TRIAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_TRIAL = Duration.ofDays(1);

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException if the name is none, or the enforcer's settings are not valid
   */
  public AgentConfig {
    AgentNames.require(name);
    interfaces = List.copyOf(interfaces);
    staticRules = List.copyOf(staticRules);
    options = Map.copyOf(options);
    requireNonNull(envelope, "envelope");
    requireNonNull(failMode, "failMode");
    requireNonNull(stateDirectory, "stateDirectory");
    if (commitConfirm != null
        && (commitConfirm.compareTo(LEAST_TRIAL) < 0
            || commitConfirm.compareTo(LONGEST_TRIAL) > 0)) {
      throw new IllegalArgumentException(
          "commit_confirm is from 1s to 1d, not " + commitConfirm.toMillis() + " ms");
    }
    var _ =
        new EnforcerSettings(
            instance, interfaces, staticRules, maxGrants, () -> Instant.EPOCH, options);
  }

  EnforcerSettings enforcerSettings(InstantSource clock) {
    return new EnforcerSettings(instance, interfaces, staticRules, maxGrants, clock, options);
  }

  /**
   * Returns the protected interfaces in words.
   *
   * @return for example {@code eth0, eth1 (audit mode, drops nothing but malformed frames)}
   */
  public String protectedInterfaces() {
    return interfaces.stream()
        .map(one -> isAudited(one) ? one.name() + AUDITED : one.name())
        .collect(Collectors.joining(", "));
  }

  /** Whether something on some interface is admitted that only would have been dropped. */
  boolean isAudited() {
    return interfaces.stream().anyMatch(AgentConfig::isAudited);
  }

  private static boolean isAudited(InterfaceSettings one) {
    return one.mode() == EnforcementMode.AUDIT;
  }

  /**
   * Returns the destinations that this gateway guards.
   *
   * @return at least one
   */
  public Set<Prefix> guards() {
    return envelope.guards();
  }
}
