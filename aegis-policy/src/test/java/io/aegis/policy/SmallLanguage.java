package io.aegis.policy;

import io.aegis.policy.ConditionResult.Fails;
import io.aegis.policy.ConditionResult.Holds;
import io.aegis.policy.ConditionResult.Undecidable;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition language as small as it can be, for the laws of the engine: terms with {@code &}
 * between them, each a window {@code 3..7} of seconds of the hour, {@code fact NAME} which holds if
 * the device has that fact and it is true, {@code claim NAME} which holds if there is one, {@code
 * otp}, {@code region} which holds in Germany, or {@code throw}.
 */
record SmallLanguage(String text) implements Condition {

  private static final Pattern WINDOW = Pattern.compile("(\\d+)\\.\\.(\\d+)");
  private static final int HOUR = 3_600;

  static Condition of(String text) {
    return new SmallLanguage(text);
  }

  @Override
  public String language() {
    return "small";
  }

  /** Every term is looked at, so what is known of the one that fails longest bounds the result. */
  @Override
  public ConditionResult evaluate(AccessRequest request) {
    ConditionResult result = new Holds(Instant.MAX, Set.of());
    for (String term : text.split("&", -1)) {
      result = and(result, term(term.strip(), request));
    }
    return result;
  }

  private static ConditionResult and(ConditionResult a, ConditionResult b) {
    var inputs = new HashSet<>(a.inputs());
    inputs.addAll(b.inputs());
    Instant sooner = RuleAnswer.earlier(a.validUntil(), b.validUntil());
    if (a instanceof Undecidable(var _, var _, String problem)) {
      return new Undecidable(sooner, inputs, problem);
    }
    if (b instanceof Undecidable(var _, var _, String problem)) {
      return new Undecidable(sooner, inputs, problem);
    }
    boolean holds = a instanceof Holds && b instanceof Holds;
    return holds ? new Holds(sooner, inputs) : new Fails(sooner, inputs);
  }

  private static ConditionResult term(String term, AccessRequest request) {
    Matcher window = WINDOW.matcher(term);
    if (window.matches()) {
      return window(
          Long.parseLong(window.group(1)), Long.parseLong(window.group(2)), request.now());
    }
    if (term.startsWith("fact ")) {
      return fact(term.substring("fact ".length()), request.device());
    }
    if (term.startsWith("claim ")) {
      String name = term.substring("claim ".length());
      return of(request.principal().claims().containsKey(name), new Input.Claim(name));
    }
    if (term.equals("otp")) {
      return of(
          request.principal().authentication().methods().contains("otp"),
          new Input.Authenticated());
    }
    if (term.equals("region")) {
      Input input = new Input.SourceDetails();
      String region = request.source().region();
      return region == null
          ? new Undecidable(Instant.MAX, Set.of(input), "source.region is absent")
          : of(region.equals("de"), input);
    }
    throw new IllegalStateException(term);
  }

  private static ConditionResult window(long from, long to, Instant now) {
    long hour = Math.floorDiv(now.getEpochSecond(), HOUR) * HOUR;
    Instant begin = Instant.ofEpochSecond(hour + from);
    Instant end = Instant.ofEpochSecond(hour + to);
    if (now.isBefore(begin)) {
      return new Fails(begin, Set.of());
    }
    return now.isBefore(end)
        ? new Holds(end, Set.of())
        : new Fails(begin.plusSeconds(HOUR), Set.of());
  }

  private static ConditionResult fact(String name, @Nullable Device device) {
    Input input = new Input.DeviceFact(name);
    Fact fact = device == null ? null : device.facts().get(name);
    return fact == null
        ? new Undecidable(Instant.MAX, Set.of(input), "device." + name + " is absent")
        : of(fact.value().equals(true), input);
  }

  private static ConditionResult of(boolean holds, Input input) {
    Set<Input> inputs = Set.of(input);
    return holds ? new Holds(Instant.MAX, inputs) : new Fails(Instant.MAX, inputs);
  }
}
