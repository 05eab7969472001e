package io.aegis.server.agent;

import io.aegis.enforcer.spi.DropListener;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.Subscription;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an operator on this machine can have an agent do. Thread-safe. */
final class OperatorCommands implements ControlSocket.Commands {

  private final AgentRuntime agent;

  OperatorCommands(AgentRuntime agent) {
    this.agent = agent;
  }

  @Override
  public String status() {
    @Nullable AgentStatus status = agent.statusNow();
    @Nullable String controller = status == null ? null : status.controller();
    @Nullable Trial trial = agent.trial();
    return """
    controller=%s
    confirmation=%s
    seconds_left=%d
    interfaces=%s
    """
        .formatted(
            controller == null ? "" : controller,
            trial == null ? "waiting" : word(trial.state()),
            trial == null ? 0 : trial.left().toSeconds(),
            agent.protectedInterfaces());
  }

  private static String word(Trial.State state) {
    return switch (state) {
      case WAITING, ENDED -> "waiting";
      case CONFIRMED -> "confirmed";
      case GIVEN_UP -> "given-up";
    };
  }

  @Override
  public String confirm() {
    @Nullable Trial trial = agent.trial();
    if (trial == null) {
      return "refused: the agent is starting; try again";
    }
    try {
      return switch (trial.confirm()) {
        case CONFIRMED -> "ok: confirmed; what this gateway enforces outlives its agent";
        case GIVEN_UP ->
            "refused: too late, nothing is enforced any more; restart the agent and confirm in time";
        case WAITING, ENDED -> "refused: the agent is stopping; start it again";
      };
    } catch (EnforcerException | IOException e) {
      return "refused: confirming failed: " + e.getMessage();
    }
  }

  @Override
  public Subscription events(DropListener listener) {
    @Nullable Enforcer enforcer = agent.enforcer();
    if (enforcer == null) {
      throw new EnforcerException(Kind.CLOSED, "the agent is starting or stopping; try again");
    }
    return enforcer.events(listener);
  }
}
