package io.aegis.server.agent;

import io.aegis.enforcer.spi.Enforcer;
import io.aegis.server.sync.Position;
import io.aegis.wire.SealVerifier;
import io.aegis.wire.v1.AgentMessage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the agent's thread works with. */
record AgentParts(
    Enforcer enforcer,
    Ledger ledger,
    AppliedState state,
    Removals removals,
    Applier applier,
    AnswerWriter answers,
    HelloWriter helloWriter,
    PartitionExtender extender,
    Rarely rarely,
    ControllerClock clock,
    LongSupplier bootNanos) {

  /**
   * What is not configured.
   *
   * @param installation the name of this installation
   * @param clock the controller's
   * @param environment the machine
   */
  record Machine(String installation, ControllerClock clock, AgentEnvironment environment) {}

  static AgentParts of(
      AgentConfig config, Enforcer opened, Ledger ledger, SealVerifier verifier, Machine machine) {
    var state = new AppliedState();
    var removals = new Removals(opened, state);
    ControllerClock clock = machine.clock();
    LongSupplier bootNanos = machine.environment().bootNanos();
    var gate = new GrantGate(config.name(), verifier, config.envelope(), ledger, clock);
    var answers = new AnswerWriter(ledger, state, bootNanos);
    return new AgentParts(
        opened,
        ledger,
        state,
        removals,
        new Applier(
            opened,
            new Applier.Books(ledger, state, removals),
            gate,
            clock,
            answers,
            config.maxGrants()),
        answers,
        new HelloWriter(
            config, machine.installation(), opened, ledger, state, machine.environment().wall()),
        new PartitionExtender(config.failMode(), opened, state),
        new Rarely(clock),
        clock,
        bootNanos);
  }

  @Nullable Position applied() {
    return ledger.applied().orElse(null);
  }

  AgentMessage hello() {
    return helloWriter.hello(answers.applied(), clock);
  }
}
