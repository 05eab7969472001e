package io.aegis.policy.cel;

import java.time.Instant;

/** The other ways to make a truth of truths. */
final class Logic {

  private Logic() {}

  /** What the text itself says. */
  record Fixed(boolean value) implements Node {
    @Override
    public Truth evaluate(Moment moment) {
      return moment.timeless(value);
    }
  }

  /** The opposite. */
  record Not(Node part) implements Node {
    @Override
    public Truth evaluate(Moment moment) {
      return part.evaluate(moment).negated();
    }

    @Override
    public boolean isTimeless() {
      return part.isTimeless();
    }
  }

  /** One part or another. Unknown if it is unknown which, even where both are the same. */
  record Choice(Node condition, Node yes, Node no) implements Node {
    @Override
    public Truth evaluate(Moment moment) {
      Truth chosen = condition.evaluate(moment);
      if (chosen == Truth.UNKNOWN) {
        return chosen;
      }
      Instant until = moment.until();
      Truth truth = (chosen == Truth.TRUE ? yes : no).evaluate(moment);
      if (until.isBefore(moment.until())) {
        moment.until(until);
      }
      return truth;
    }

    @Override
    public boolean isTimeless() {
      return condition.isTimeless() && yes.isTimeless() && no.isTimeless();
    }
  }
}
