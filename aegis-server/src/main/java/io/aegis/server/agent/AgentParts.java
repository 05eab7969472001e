package io.aegis.server.agent;

import io.aegis.enforcer.spi.Enforcer;
import io.aegis.server.sync.Position;
import io.aegis.wire.v1.AgentMessage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the agent's thread works with. */
record AgentParts(
    Enforcer enforcer,
    Ledger ledger,
    AppliedState state,
    Applier applier,
    AnswerWriter answers,
    HelloWriter helloWriter,
    PartitionExtender extender,
    ControllerClock clock,
    LongSupplier bootNanos) {

  @Nullable Position applied() {
    return ledger.applied().orElse(null);
  }

  AgentMessage hello() {
    return helloWriter.hello(answers.applied(), clock);
  }
}
