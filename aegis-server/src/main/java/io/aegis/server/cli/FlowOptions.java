package io.aegis.server.cli;

import io.aegis.api.IpAddress;
import io.aegis.server.explain.Flow;
import io.aegis.server.explain.Flow.Payload;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that describe a packet. */
final class FlowOptions {

  @Option(names = "--from", required = true, paramLabel = "ADDRESS", description = "The client.")
  private @Nullable String from;

  @Option(names = "--to", required = true, paramLabel = "ADDRESS", description = "The service.")
  private @Nullable String to;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PayloadOptions payload = new PayloadOptions();

  @Option(
      names = "--source-port",
      paramLabel = "PORT",
      defaultValue = "49152",
      description = "The client's port; ${DEFAULT-VALUE} unless given. Matters to static rules.")
  private int sourcePort;

  @Option(
      names = "--established",
      description = "With --tcp: a segment of a connection, not the one that opens it.")
  private boolean established;

  /** What the packet carries; one of them. */
  static final class PayloadOptions {
    @Option(names = "--tcp", paramLabel = "PORT", description = "TCP to this port.")
    private @Nullable Integer tcp;

    @Option(names = "--udp", paramLabel = "PORT", description = "UDP to this port.")
    private @Nullable Integer udp;

    @Option(names = "--icmp-echo", description = "An ICMP or ICMPv6 echo request.")
    private boolean echo;

    @Option(
        names = "--protocol",
        paramLabel = "NUMBER",
        description = "Some other protocol, by its IANA number.")
    private @Nullable Integer number;
  }

  /**
   * Returns the described packet.
   *
   * @throws CommandException if it cannot be one
   */
  Flow flow() {
    if (established && payload.tcp == null) {
      throw CommandException.usage("--established is for --tcp: no other protocol has connections");
    }
    try {
      return new Flow(address("--from", from), address("--to", to), payload());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private static IpAddress address(String flag, @Nullable String text) {
    try {
      return IpAddress.parse(String.valueOf(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }

  private Payload payload() {
    int source = number("--source-port", sourcePort, 65_535);
    if (payload.tcp != null) {
      return new Payload.Tcp(source, number("--tcp", payload.tcp, 65_535), established);
    }
    if (payload.udp != null) {
      return new Payload.Udp(source, number("--udp", payload.udp, 65_535));
    }
    if (payload.number != null) {
      return new Payload.Other(number("--protocol", payload.number, 255));
    }
    if (!payload.echo) {
      throw new IllegalArgumentException("a packet carries something: say --tcp, --udp or another");
    }
    return new Payload.Echo();
  }

  private static int number(String flag, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(flag + " is 0 to " + most + ", not " + value);
    }
    return value;
  }
}
