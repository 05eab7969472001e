package io.aegis.policy;

import io.aegis.policy.Explanation.ByRule;
import java.time.Instant;
import java.util.List;

/**
 * What the rules answer to a request, and until when.
 *
 * <p>The answer is permit exactly if some permit applies and no forbid does. So, by time alone, a
 * permit stands until a forbid that does not apply could, or until the last of the permits that
 * apply could lapse. A denial has two legs: the forbids that apply, until the last of them could
 * lapse, and the lack of a permit that applies, until the first of them could; it stands as long as
 * the longer one.
 *
 * @param permitted whether they permit
 * @param validUntil the first instant at which time alone could change that
 */
record RuleAnswer(boolean permitted, Instant validUntil) {

  static final RuleAnswer PERMIT = new RuleAnswer(true, Instant.MAX);
  static final RuleAnswer DENY = new RuleAnswer(false, Instant.MAX);

  /**
   * Returns whether the answer is known without asking a condition: a forbid without one denies
   * whatever else there is, so does the lack of any permit, and a permit without a condition
   * permits where there is no forbid.
   *
   * @param kinds bits of {@link RuleMatch}
   */
  static boolean isPlain(int kinds) {
    boolean forbidden = (kinds & RuleMatch.FORBID) != 0;
    boolean unpermitted = (kinds & (RuleMatch.PERMIT | RuleMatch.PERMIT_IF)) == 0;
    return forbidden
        || unpermitted
        || (kinds & (RuleMatch.PERMIT | RuleMatch.FORBID_IF)) == RuleMatch.PERMIT;
  }

  /** Returns the answer of rules of which it is known without asking a condition. */
  static RuleAnswer plain(int kinds) {
    return (kinds & (RuleMatch.FORBID | RuleMatch.PERMIT)) == RuleMatch.PERMIT ? PERMIT : DENY;
  }

  /** Returns the answer of rules of which at least one has a condition to be asked. */
  static RuleAnswer of(RuleMatch match, AccessRequest request) {
    var forbids = new Side(match.forbids(), request);
    var permits = new Side(match.permits(), request);
    if (!forbids.applies()) {
      return permits.applies()
          ? new RuleAnswer(true, earlier(forbids.firstChange, permits.lastLapse))
          : new RuleAnswer(false, permits.firstChange);
    }
    return new RuleAnswer(
        false,
        permits.applies() ? forbids.lastLapse : later(forbids.lastLapse, permits.firstChange));
  }

  /** The permits or the forbids. */
  private static final class Side {
    Instant lastLapse = Instant.MIN;
    Instant firstChange = Instant.MAX;

    // One that applies always says all there is to say; nothing else needs to be asked.
    Side(List<ByRule> rules, AccessRequest request) {
      if (hasPlain(rules)) {
        lastLapse = Instant.MAX;
        return;
      }
      for (int i = 0; i < rules.size(); i++) {
        Rule rule = rules.get(i).rule();
        ConditionResult result = Conditions.evaluate(rule, request);
        if (Conditions.applies(rule, result)) {
          lastLapse = later(lastLapse, result.validUntil());
        } else {
          firstChange = earlier(firstChange, result.validUntil());
        }
      }
    }

    private static boolean hasPlain(List<ByRule> rules) {
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).rule().condition() == null) {
          return true;
        }
      }
      return false;
    }

    boolean applies() {
      return !lastLapse.equals(Instant.MIN);
    }
  }

  static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
