package io.aegis.server.agent;

import com.google.protobuf.ByteString;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.Hello;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Writes Hello: who this agent is, and what is in force now. The agent's thread owns it. */
final class HelloWriter {

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final AgentConfig config;
  private final String installation;
  private final Enforcer enforcer;
  private final Ledger ledger;
  private final AppliedState state;
  private final InstantSource wall;

  HelloWriter(
      AgentConfig config,
      String installation,
      Enforcer enforcer,
      Ledger ledger,
      AppliedState state,
      InstantSource wall) {
    this.config = config;
    this.installation = installation;
    this.enforcer = enforcer;
    this.ledger = ledger;
    this.state = state;
    this.wall = wall;
  }

  /**
   * Writes the message; the digest is over what is read back from the kernel.
   *
   * @param applied the position of the ledger
   * @param controllerClock on which grants end
   */
  AgentMessage hello(io.aegis.wire.v1.Position applied, InstantSource controllerClock) {
    var digest = state.digestOf(enforcer.grants(), controllerClock.instant());
    Hello.Builder hello =
        Hello.newBuilder()
            .setAgentId(config.name())
            .setInstance(installation)
            .setApplied(applied)
            .setDigest(ByteString.copyFrom(digest.bytes()))
            .setHighestEpoch(ledger.highestEpoch())
            .setClock(WireCodec.encode(wall.instant()))
            .setSoftwareVersion(version())
            .setFailMode(failMode())
            .setBootId(bootId());
    enforcer.capabilities().stream().map(Enum::name).sorted().forEach(hello::addCapabilities);
    config.guards().forEach(guard -> hello.addGuards(WireCodec.encode(guard)));
    addresses().forEach(address -> hello.addAddresses(ByteString.copyFrom(address.getAddress())));
    return AgentMessage.newBuilder().setHello(hello).build();
  }

  private static String version() {
    String version = HelloWriter.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private io.aegis.wire.v1.FailMode failMode() {
    return switch (config.failMode()) {
      case CLOSED -> io.aegis.wire.v1.FailMode.FAIL_MODE_CLOSED;
      case STATIC_BOUNDED -> io.aegis.wire.v1.FailMode.FAIL_MODE_STATIC_BOUNDED;
      case STATIC -> io.aegis.wire.v1.FailMode.FAIL_MODE_STATIC;
    };
  }

  // Where the system does not say, every start counts as another boot: the stricter reading.
  private static ByteString bootId() {
    try {
      return ByteString.copyFromUtf8(Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      return ByteString.EMPTY;
    }
  }

  private static List<InetAddress> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      throw new java.io.UncheckedIOException(
          "reading the machine's own addresses: the kernel did not list its interfaces", e);
    }
  }
}
