package io.aegis.server.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A running lab: its network, its services, a controller in the private zone and an agent on the
 * gateway. Not safe for several threads, except for taking it down.
 */
public final class Lab {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  private final String name;
  private final LabNetwork network;
  private final LabDirectory directory;
  private final Program program;
  private final InstantSource clock;
  private final LabHost host;

  /**
   * Makes the handle of a lab, which may or may not be up.
   *
   * @param name 1 to 12 lower-case letters and digits
   * @param program how to start this program again
   * @param provider the enforcer whose state the agent keeps
   * @param clock the wall clock
   * @throws LabException if it is not a name
   */
  public Lab(String name, Program program, EnforcerProvider provider, InstantSource clock) {
    this.name = name;
    this.program = program;
    this.network = new LabNetwork(name);
    this.directory = LabDirectory.of(name);
    this.clock = clock;
    this.host = new LabHost(provider, instance());
  }

  /**
   * Returns the lab's network.
   *
   * @return the network
   */
  public LabNetwork network() {
    return network;
  }

  /**
   * Returns the enforcer instance of the lab's gateway.
   *
   * @return its name
   */
  public String instance() {
    return "lab-" + name;
  }

  /**
   * Returns where the controller answers.
   *
   * @return the base address of its REST API and pages
   */
  public URI portalAddress() {
    return URI.create("https://" + LabNetwork.CONTROLLER + ":" + LabFiles.PORTAL_PORT);
  }

  /**
   * Returns where the controller answers in IPv6.
   *
   * @return the base address of its REST API and pages
   */
  public URI portalAddressV6() {
    return URI.create("https://[" + LabNetwork.CONTROLLER_V6 + "]:" + LabFiles.PORTAL_PORT);
  }

  /**
   * Returns the certificate of the controller's authority.
   *
   * @return a PEM file
   */
  public Path authority() {
    return directory.path().resolve("controller/pki/ca.crt");
  }

  /**
   * Makes and starts everything.
   *
   * @param limits how long grants live in this lab
   * @throws LabException if it is up already, or something failed; nothing is left then
   */
  public void up(LabLimits limits) {
    if (network.exists() || directory.exists()) {
      throw new LabException(
          "a lab named '%s' is there already (look around: aegis lab shell gateway; end it: aegis lab down)"
              .formatted(name));
    }
    try {
      host.prepare();
      directory.create();
      network.up();
      startServices();
      startController(limits);
      enrolAgent();
      startAgent();
    } catch (RuntimeException e) {
      try {
        down();
      } catch (RuntimeException cleaning) {
        e.addSuppressed(cleaning);
      }
      throw e;
    }
  }

  private void startServices() {
    run("services", "zone", "lab", "services").awaitLine("ready", START_PATIENCE);
  }

  private void startController(LabLimits limits) {
    directory.write("controller.toml", LabFiles.controller(directory.path(), limits));
    run("controller", "zone", "controller", "--config", file("controller.toml"))
        .awaitLine("ready", START_PATIENCE);
  }

  private void enrolAgent() {
    Commands.run(
        program.command(
            "controller",
            "agent-bundle",
            "gateway",
            "--config",
            file("controller.toml"),
            "--output",
            file("bundle")));
    directory.write("agent.toml", LabFiles.agent(directory.path(), instance()));
  }

  /**
   * Starts the agent, or starts it again.
   *
   * @return the process, ready to enforce
   */
  public LabProcess startAgent() {
    LabProcess agent = run("agent", "gateway", "agent", "--config", file("agent.toml"));
    agent.awaitLine("ready", START_PATIENCE);
    return agent;
  }

  private LabProcess run(String process, String role, String... arguments) {
    return LabProcess.start(
        directory.path(), process, network.namespace(role).enter(program.command(arguments)));
  }

  private String file(String relative) {
    return directory.path().resolve(relative).toString();
  }

  /**
   * Returns the words that run a command on one of the lab's machines.
   *
   * @param role {@code client}, {@code client2}, {@code switch}, {@code gateway} or {@code zone}
   * @param command the command and its arguments
   * @return the whole command line
   * @throws LabException if there is no such machine, or the lab is not up
   */
  public List<String> enter(String role, List<String> command) {
    NetworkNamespace namespace = network.namespace(role);
    if (!namespace.exists()) {
      throw new LabException("there is no lab '" + name + "' (make one: aegis lab up)");
    }
    return List.of(namespace.enter(command.toArray(String[]::new)));
  }

  /**
   * Tells how to look around in this lab.
   *
   * @return some lines for the terminal
   */
  public String guide() {
    String named = name.equals("lab") ? "" : " --name " + name;
    return """
    The lab is up.
      the portal, from the client    %1$s or %5$s
      log in as                      root, password %2$s
      services                       web 10.77.2.7:8080, web6 [fd77:2::7]:8080, echo 10.77.2.8:8080
    Open web from the client, and use it:
      ./aegis lab shell%3$s client
      api() { curl -sS --cacert %4$s/controller/pki/ca.crt -b /tmp/jar -c /tmp/jar \\
        -H 'Content-Type: application/json' -X "$1" "%1$s$2" ${3:+-d "$3"}; echo; }
      curl -m 2 http://10.77.2.7:8080/
      api POST /api/auth/login '{"username": "root", "password": "%2$s"}'
      api GET /api/me/services
      api POST /api/me/selected '{"service_id": 1}'
      curl -m 2 http://10.77.2.7:8080/
      api DELETE /api/me/selected/1
    Look around:
      ./aegis lab shell%3$s gateway    a shell on the gateway; for example: ip -d link show out0
      ./aegis agent status --config %4$s/agent.toml
                                   what the gateway enforces, also while you try things
      %4$s            configuration, logs and data
    Take it down:
      ./aegis lab down%3$s
    """
        .formatted(portalAddress(), initialPassword(), named, directory.path(), portalAddressV6());
  }

  /**
   * Returns one of the lab's processes.
   *
   * @param process {@code services}, {@code controller} or {@code agent}
   * @return the process
   * @throws LabException if it does not run
   */
  public LabProcess process(String process) {
    return LabProcess.find(directory.path(), process)
        .orElseThrow(() -> new LabException("the lab's " + process + " does not run"));
  }

  /**
   * Returns root's initial password, as the controller printed it.
   *
   * @return the password
   * @throws LabException if it was not printed
   */
  public String initialPassword() {
    return LabFiles.initialPassword(directory.path());
  }

  /**
   * Looks at what the gateway enforces, agent or no agent.
   *
   * @return a view; the caller closes it
   * @throws EnforcerException if nothing is enforced
   */
  public EnforcerView gateway() {
    return host.inspect(clock);
  }

  /**
   * Listens on the gateway's protected interface, behind its filter.
   *
   * @return a listener; the caller closes it
   */
  public Wire wire() {
    return Wire.listen(network.namespace("gateway"), LabNetwork.OUTSIDE);
  }

  /**
   * Returns the wall clock, by which a {@link Wire} tells times.
   *
   * @return the time now
   */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Asks the services who got through, from inside the zone.
   *
   * @return the counts
   */
  public Arrivals.Told arrivals() {
    return network
        .namespace("zone")
        .call(() -> {
          try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + LabServices.ARRIVALS_PORT + "/");
            return Arrivals.Told.parse(
                client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
          }
        });
  }

  /**
   * Enters the services into the catalog and lets root have them, as an operator would.
   *
   * @param portal a portal where root is logged in
   * @param limits how long their grants live
   * @return the ids of the services by name
   */
  public static Map<String, Long> addServices(Portal portal, LabLimits limits) {
    var hostnames =
        Map.of(
            "web", LabNetwork.WEB + ":" + LabServices.PORT,
            "web6", "[" + LabNetwork.WEB_V6 + "]:" + LabServices.PORT,
            "echo", LabNetwork.ECHO + ":" + LabServices.PORT);
    var ids = new TreeMap<String, Long>();
    hostnames.forEach((service, hostname) ->
        ids.put(
            service,
            addService(
                portal,
                service,
                Map.of(
                    "name", service,
                    "hostname", hostname,
                    "idle_limit_seconds", limits.idle().toSeconds()))));
    return ids;
  }

  private static long addService(Portal portal, String service, Map<String, ?> body) {
    JsonNode added =
        portal.send("POST", "/api/services", body).orThrow("adding service " + service).json();
    long id = added.get("id").asLong();
    portal
        .send("POST", "/api/roles/1/services", Map.of("service_id", id))
        .orThrow("giving service " + service + " to role root");
    return id;
  }

  /**
   * Ends and removes everything a lab of this name has or had, however it ended. Removes nothing
   * twice; goes on when a part fails.
   *
   * @throws LabException naming everything that is left
   */
  public void down() {
    var problems = new ArrayList<String>();
    for (String process : List.of("agent", "controller", "services")) {
      attempt(
          problems, () -> LabProcess.find(directory.path(), process).ifPresent(LabProcess::stop));
    }
    attempt(problems, host::detach);
    attempt(problems, network::down);
    attempt(problems, directory::delete);
    attempt(problems, host::restore);
    if (!problems.isEmpty()) {
      throw new LabException("taking lab '" + name + "' down:\n" + String.join("\n", problems));
    }
  }

  private static void attempt(List<String> problems, Runnable work) {
    try {
      work.run();
    } catch (LabException | EnforcerException e) {
      problems.add(e.getMessage());
    }
  }

  /**
   * Lists what is left of this lab on the machine.
   *
   * @return a line for each thing; empty if there is nothing
   */
  public List<String> leftovers() {
    var left = new ArrayList<String>();
    if (network.exists()) {
      left.add("network namespaces aegis-" + name + "-*");
    }
    for (String process : List.of("agent", "controller", "services")) {
      LabProcess.find(directory.path(), process)
          .ifPresent(found -> left.add("process " + found.handle().pid() + " (" + process + ")"));
    }
    if (directory.exists()) {
      left.add("directory " + directory.path());
    }
    left.addAll(host.leftovers());
    return left;
  }
}
