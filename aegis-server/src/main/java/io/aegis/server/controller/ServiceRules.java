package io.aegis.server.controller;

import io.aegis.api.Grant;
import io.aegis.api.Target;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.Naming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a service acceptable; finds everything that does not fit before it says so. */
final class ServiceRules {
  static final Duration LEAST_HARD_LIMIT = Duration.ofSeconds(10);
  static final Duration GREATEST_HARD_LIMIT = Duration.ofDays(30);

  /**
   * A service that fits.
   *
   * @param spec as it is kept
   * @param targets where it is at this moment
   */
  record Checked(ServiceSpec spec, List<Target> targets) {}

  private final NameLookup lookup;

  ServiceRules(NameLookup lookup) {
    this.lookup = lookup;
  }

  /** Checks a service; may block for looking a name up. */
  Checked check(ServiceSpec spec) {
    var problems = new ArrayList<String>();
    String name = kept(problems, () -> Naming.name("a service", spec.name()));
    String description = kept(problems, () -> Naming.description(spec.description()));
    checkLimits(spec, problems);
    List<Target> targets = targets(spec, problems);
    if (!problems.isEmpty()) {
      throw new ControllerException(Kind.INVALID, String.join("; ", problems));
    }
    var kept =
        new ServiceSpec(
            name,
            spec.hostname().strip(),
            description,
            spec.protocol(),
            spec.idleLimit(),
            spec.hardLimit());
    return new Checked(kept, targets);
  }

  private static String kept(List<String> problems, java.util.function.Supplier<String> check) {
    try {
      return check.get();
    } catch (ControllerException e) {
      problems.add(e.getMessage());
      return "";
    }
  }

  private static void checkLimits(ServiceSpec spec, List<String> problems) {
    Duration hard = spec.hardLimit();
    if (hard.compareTo(LEAST_HARD_LIMIT) < 0 || hard.compareTo(GREATEST_HARD_LIMIT) > 0) {
      problems.add("a hard limit is 10 s to 30 days");
    }
    @Nullable Duration idle = spec.idleLimit();
    if (idle != null && (idle.compareTo(Grant.LEAST_IDLE_LIMIT) < 0 || idle.compareTo(hard) > 0)) {
      problems.add("an idle limit is 2 s to the hard limit");
    }
  }

  private List<Target> targets(ServiceSpec spec, List<String> problems) {
    try {
      return Destination.parse(spec.hostname(), spec.protocol()).targets(spec.protocol(), lookup);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return List.of();
    }
  }
}
