package io.aegis.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.server.agent.RunningAgent.Standing;
import java.util.Optional;

/** Writes how an agent stands, for people and for machines. Stateless. */
final class AgentWords {

  private AgentWords() {}

  static String line(Optional<Standing> agent) {
    return agent
        .map(running ->
            "agent: running, "
                + (running.controller().isEmpty()
                    ? "without a controller"
                    : "connected to " + running.controller())
                + "\nprotected: "
                + running.interfaces()
                + "\n")
        .orElse("agent: none answers here (data.directory says where it is looked for)\n");
  }

  /** What there is to say while only the agent can see what it enforces. */
  static String unconfirmed(String instance, Standing agent, boolean isJson) {
    if (isJson) {
      ObjectNode root = new ObjectMapper().createObjectNode().put("instance", instance);
      root.put("healthy", false).set("agent", json(agent));
      return root.toPrettyString() + "\n";
    }
    return line(Optional.of(agent))
        + "instance "
        + instance
        + (agent.confirmation().equals("given-up")
            ? ": given up, since nobody confirmed in time; nothing is enforced: restart the agent\n"
            : ": enforcing, but not confirmed; it ends with the agent, and in "
                + agent.secondsLeft()
                + " s unless you run: aegis agent confirm\n");
  }

  static ObjectNode json(Standing agent) {
    return new ObjectMapper()
        .createObjectNode()
        .put("controller", agent.controller())
        .put("interfaces", agent.interfaces())
        .put("confirmation", agent.confirmation())
        .put("seconds_left", agent.secondsLeft());
  }
}
