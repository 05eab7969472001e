package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one agent has answered, and who waits for an answer. Guarded by the session's lock. */
final class Answers {

  // Somebody may ask for a change after the agent has answered it: another thread can have carried
  // it along. What is older than this is answered from the position alone, without its receipt.
  private static final int MOST_RECENT = 4096;

  private final List<Waiter> waiters = new ArrayList<>();
  private final Map<GrantId, Waiter.Answer> recent = new LinkedHashMap<>();
  private long acknowledged;

  /** The agent starts from here. */
  void startAt(long revision) {
    acknowledged = revision;
  }

  long acknowledged() {
    return acknowledged;
  }

  /** Whether the agent has answered a later change of this grant already. */
  boolean hasAnsweredAfter(GrantId id, long revision) {
    Waiter.Answer answer = recent.get(id);
    return answer != null && answer.revision() > revision;
  }

  void await(Waiter waiter) {
    waiter
        .open()
        .forEach((id, needed) -> {
          Waiter.Answer answer = recent.get(id);
          if (answer != null) {
            waiter.answered(id, answer);
          } else if (needed <= acknowledged) {
            waiter.answered(id, new Waiter.Answer(needed, null, null));
          }
        });
    waiters.add(waiter);
  }

  /** Notes an acknowledgement; returns the waiters that have all they waited for. */
  List<Waiter> landed(Flight flight, Map<GrantId, Receipt> receipts, Map<GrantId, String> errors) {
    acknowledged = Math.max(acknowledged, flight.revision());
    Map<GrantId, Waiter.Answer> answers = new HashMap<>();
    flight
        .carries()
        .forEach((id, revision) ->
            answers.put(id, new Waiter.Answer(revision, receipts.get(id), errors.get(id))));
    answers.forEach(this::remember);
    for (Waiter waiter : waiters) {
      answers.forEach(waiter::answered);
      if (flight.snapshot()) {
        // What is not listed at this revision is gone.
        var gone = new Waiter.Answer(flight.revision(), null, null);
        waiter.open().keySet().forEach(id -> waiter.answered(id, gone));
      }
    }
    return takeSettled();
  }

  private void remember(GrantId id, Waiter.Answer answer) {
    recent.remove(id);
    recent.put(id, answer);
    while (recent.size() > MOST_RECENT) {
      recent.remove(recent.keySet().iterator().next());
    }
  }

  List<Waiter> takeSettled() {
    List<Waiter> settled = waiters.stream().filter(Waiter::isSettled).toList();
    waiters.removeAll(settled);
    return settled;
  }

  Collection<Waiter> takeAll() {
    List<Waiter> all = List.copyOf(waiters);
    waiters.clear();
    return all;
  }
}
