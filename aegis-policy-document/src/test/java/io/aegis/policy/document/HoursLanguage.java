package io.aegis.policy.document;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionLanguage;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.Fact;
import io.aegis.policy.Input;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small language for tests of this module, which has no other at hand: words of which all must
 * hold. {@code hours:8-18} and {@code minute:3} (UTC), {@code fact:NAME}, {@code never} (also as
 * {@code #}), {@code always}. It compiles words wherever they stand, and tells the place of each
 * that it does not know.
 */
record HoursLanguage(String name) implements ConditionLanguage {
  private static final Pattern WORD = Pattern.compile("\\S+");
  private static final Pattern HOURS = Pattern.compile("hours:([0-9]{1,2})-([0-9]{1,2})");

  @Override
  public Condition compile(String text) {
    var words = new ArrayList<String>();
    var mistakes = new ArrayList<Mistake>();
    int line = 1;
    for (String row : text.split("\n", -1)) {
      Matcher matcher = WORD.matcher(row);
      while (matcher.find()) {
        String word = matcher.group();
        words.add(word);
        if (!word.matches("true|false|#|minute:[0-9]+|fact:[a-z_]+|" + HOURS.pattern())) {
          mistakes.add(new Mistake(line, matcher.start() + 1, "there is no word '" + word + "'"));
        }
      }
      line++;
    }
    if (words.contains("explode")) {
      throw new IllegalStateException("a bug in a language");
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidConditionException(mistakes);
    }
    return new Compiled(name, text, List.copyOf(words));
  }

  private record Compiled(String language, String text, List<String> words) implements Condition {

    @Override
    public ConditionResult evaluate(AccessRequest request) {
      ConditionResult last = new ConditionResult.Holds(Instant.MAX, Set.of());
      for (String word : words) {
        last = evaluate(word, request);
        if (!(last instanceof ConditionResult.Holds)) {
          return last;
        }
      }
      return last;
    }

    private static ConditionResult evaluate(String word, AccessRequest request) {
      if (word.startsWith("fact:")) {
        return ofFact(word.substring(5), request);
      }
      if (word.startsWith("minute:")) {
        return ofMinute(Integer.parseInt(word.substring(7)), request);
      }
      Matcher hours = HOURS.matcher(word);
      if (!hours.matches()) {
        return word.equals("true")
            ? new ConditionResult.Holds(Instant.MAX, Set.of())
            : new ConditionResult.Fails(Instant.MAX, Set.of());
      }
      int hour = request.now().atZone(ZoneOffset.UTC).getHour();
      boolean isWithin =
          hour >= Integer.parseInt(hours.group(1)) && hour < Integer.parseInt(hours.group(2));
      Instant flip = request.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
      return isWithin
          ? new ConditionResult.Holds(flip, Set.of())
          : new ConditionResult.Fails(flip, Set.of());
    }

    /** Holds in one minute of each hour. */
    private static ConditionResult ofMinute(int minute, AccessRequest request) {
      Instant flip = request.now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
      return request.now().atZone(ZoneOffset.UTC).getMinute() == minute
          ? new ConditionResult.Holds(flip, Set.of())
          : new ConditionResult.Fails(flip, Set.of());
    }

    private static ConditionResult ofFact(String name, AccessRequest request) {
      Set<Input> inputs = Set.of(new Input.DeviceFact(name));
      Optional<Fact> fact =
          Optional.ofNullable(request.device())
              .flatMap(device -> Optional.ofNullable(device.facts().get(name)));
      if (fact.isEmpty()) {
        return new ConditionResult.Undecidable(
            Instant.MAX, inputs, "device." + name + " is absent");
      }
      return fact.get().value().equals(true)
          ? new ConditionResult.Holds(Instant.MAX, inputs)
          : new ConditionResult.Fails(Instant.MAX, inputs);
    }

    // By language and text, as the interface says; the words follow from the text.
    @Override
    public boolean equals(Object other) {
      return other instanceof Compiled that
          && language.equals(that.language)
          && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }
}
