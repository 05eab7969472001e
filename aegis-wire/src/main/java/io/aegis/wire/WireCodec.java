package io.aegis.wire;

import static io.aegis.wire.WireException.malformed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Receipt;
import io.aegis.api.Target;
import io.aegis.wire.v1.GrantPayload;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns the vocabulary of {@code io.aegis.api} into messages and back. What goes in comes out
 * equal; a message that breaks the contract in any field gives {@link WireException} and no value.
 *
 * <p>Stateless; safe for any number of threads.
 */
public final class WireCodec {

  // The range of google.protobuf.Timestamp: years 1 to 9999.
  private static final long FIRST_SECOND = -62_135_596_800L;
  private static final long LAST_SECOND = 253_402_300_799L;
  // The range of google.protobuf.Duration: about 10,000 years.
  private static final long MOST_SECONDS = 315_576_000_000L;
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private WireCodec() {}

  /**
   * Writes the payload of a grant resource.
   *
   * @param issued the grant
   * @return the bytes to be sealed and sent; the same for equal grants
   */
  public static ByteString encode(IssuedGrant issued) {
    Grant grant = issued.grant();
    GrantPayload.Builder payload =
        GrantPayload.newBuilder()
            .setAudience(issued.audience())
            .setGrantId(grant.id().value())
            .setClient(encode(grant.client()))
            .setTarget(encode(grant.target()))
            .setHardExpiry(encode(grant.hardExpiry()))
            .setSoftExpiry(encode(grant.softExpiry()))
            .setMode(WireEnums.encode(grant.mode()))
            .setNeedsLease(grant.needsLease())
            .setEpoch(issued.epoch())
            .setRevision(issued.revision())
            .setVersion(issued.version())
            .setPolicyRevision(issued.policyVersion())
            .setIssuedAt(encode(issued.issuedAt()))
            .setNotAfter(encode(issued.notAfter()));
    grant.idleLimit().ifPresent(idle -> payload.setIdle(encode(idle)));
    return payload.build().toByteString();
  }

  /**
   * Reads the payload of a grant resource.
   *
   * @param payload the exact bytes
   * @return the grant
   * @throws WireException of kind {@code MALFORMED} if the bytes are no payload or a field breaks
   *     the contract; {@code UNSUPPORTED} if there are fields this reader does not know, which
   *     could narrow the grant
   */
  public static IssuedGrant decodeGrant(ByteString payload) {
    GrantPayload message;
    try {
      message = GrantPayload.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw new WireException(
          WireException.Kind.MALFORMED, "grant payload: " + payload.size() + " bytes are none", e);
    }
    if (!message.getUnknownFields().isEmpty()
        || !message.getTarget().getUnknownFields().isEmpty()
        || !message.getTarget().getPrefix().getUnknownFields().isEmpty()) {
      throw new WireException(
          WireException.Kind.UNSUPPORTED,
          "grant payload: fields unknown to this version; what they restrict would be lost");
    }
    return checked("grant payload", () -> decode(message));
  }

  private static IssuedGrant decode(GrantPayload message) {
    requirePresent(message.hasTarget(), "target");
    requirePresent(message.hasHardExpiry(), "hard_expiry");
    requirePresent(message.hasSoftExpiry(), "soft_expiry");
    requirePresent(message.hasIssuedAt(), "issued_at");
    requirePresent(message.hasNotAfter(), "not_after");
    Grant grant =
        new Grant(
            new GrantId(message.getGrantId()),
            decodeAddress(message.getClient()),
            decode(message.getTarget()),
            millis(message.getHardExpiry(), "hard_expiry"),
            millis(message.getSoftExpiry(), "soft_expiry"),
            message.hasIdle() ? wholeMillis(decode(message.getIdle())) : null,
            WireEnums.decode(message.getMode()),
            message.getNeedsLease());
    return new IssuedGrant(
        message.getAudience(),
        grant,
        message.getEpoch(),
        message.getRevision(),
        message.getVersion(),
        message.getPolicyRevision(),
        millis(message.getIssuedAt(), "issued_at"),
        millis(message.getNotAfter(), "not_after"));
  }

  /**
   * Writes an address.
   *
   * @param address the address
   * @return 4 or 16 bytes in network order
   */
  public static ByteString encode(IpAddress address) {
    return ByteString.copyFrom(address.bytes());
  }

  /**
   * Reads an address.
   *
   * @param bytes 4 or 16 bytes in network order
   * @return the address
   * @throws WireException if the length is another, or if the bytes are an IPv4-mapped IPv6
   *     address, which is a second spelling of an IPv4 address
   */
  public static IpAddress decodeAddress(ByteString bytes) {
    IpAddress address = checked("address", () -> IpAddress.of(bytes.toByteArray()));
    if (address.family().bits() != bytes.size() * Byte.SIZE) {
      throw malformed("address: IPv4-mapped; " + address + " is written in 4 bytes");
    }
    return address;
  }

  /**
   * Writes a prefix.
   *
   * @param prefix the prefix
   * @return the message
   */
  public static io.aegis.wire.v1.Prefix encode(Prefix prefix) {
    return io.aegis.wire.v1.Prefix.newBuilder()
        .setAddress(encode(prefix.address()))
        .setLength(prefix.length())
        .build();
  }

  /**
   * Reads a prefix.
   *
   * @param message the message
   * @return the prefix
   * @throws WireException if the address is none, or the length does not fit it
   */
  public static Prefix decode(io.aegis.wire.v1.Prefix message) {
    return checked(
        "prefix", () -> new Prefix(decodeAddress(message.getAddress()), message.getLength()));
  }

  /**
   * Writes a target.
   *
   * @param target the target
   * @return the message
   */
  public static io.aegis.wire.v1.Target encode(Target target) {
    return io.aegis.wire.v1.Target.newBuilder()
        .setPrefix(encode(target.prefix()))
        .setProtocol(WireEnums.encode(target.protocol()))
        .setFirstPort(target.ports().first())
        .setLastPort(target.ports().last())
        .build();
  }

  /**
   * Reads a target.
   *
   * @param message the message
   * @return the target
   * @throws WireException if a field breaks the contract
   */
  public static Target decode(io.aegis.wire.v1.Target message) {
    return checked(
        "target",
        () ->
            new Target(
                decode(message.getPrefix()),
                WireEnums.decode(message.getProtocol()),
                new PortRange(message.getFirstPort(), message.getLastPort())));
  }

  /**
   * Writes a receipt.
   *
   * @param receipt the receipt
   * @return the message
   */
  public static io.aegis.wire.v1.Receipt encode(Receipt receipt) {
    var message =
        io.aegis.wire.v1.Receipt.newBuilder()
            .setGrantId(receipt.grantId().value())
            .setChange(WireEnums.encode(receipt.change()))
            .setAppliedAt(encode(receipt.appliedAt()));
    receipt.lastAdmitted().ifPresent(last -> message.setLastAdmittedAt(encode(last)));
    return message.build();
  }

  /**
   * Reads a receipt.
   *
   * @param message the message
   * @return the receipt
   * @throws WireException if a field breaks the contract
   */
  public static Receipt decode(io.aegis.wire.v1.Receipt message) {
    requirePresent(message.hasAppliedAt(), "applied_at");
    @Nullable Instant last =
        message.hasLastAdmittedAt() ? decode(message.getLastAdmittedAt()) : null;
    return checked(
        "receipt",
        () ->
            new Receipt(
                new GrantId(message.getGrantId()),
                WireEnums.decode(message.getChange()),
                decode(message.getAppliedAt()),
                last));
  }

  /**
   * Writes an instant.
   *
   * @param instant of the years 1 to 9999
   * @return the message
   * @throws IllegalArgumentException if it is of another year
   */
  public static com.google.protobuf.Timestamp encode(Instant instant) {
    if (instant.getEpochSecond() < FIRST_SECOND || instant.getEpochSecond() > LAST_SECOND) {
      throw new IllegalArgumentException("an instant of the years 1 to 9999, not " + instant);
    }
    return com.google.protobuf.Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * Reads an instant.
   *
   * @param message the message
   * @return the instant
   * @throws WireException if it is out of the range of years 1 to 9999
   */
  public static Instant decode(com.google.protobuf.Timestamp message) {
    long seconds = message.getSeconds();
    int nanos = message.getNanos();
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw malformed("timestamp out of range: " + seconds + " s, " + nanos + " ns");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  /**
   * Writes a duration.
   *
   * @param duration not negative
   * @return the message
   * @throws IllegalArgumentException if it is negative or longer than 10,000 years
   */
  public static com.google.protobuf.Duration encode(Duration duration) {
    if (duration.isNegative() || duration.getSeconds() > MOST_SECONDS) {
      throw new IllegalArgumentException("a duration of 0 to 10,000 years, not " + duration);
    }
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /**
   * Reads a duration.
   *
   * @param message the message
   * @return the duration, not negative
   * @throws WireException if it is negative or out of range
   */
  public static Duration decode(com.google.protobuf.Duration message) {
    long seconds = message.getSeconds();
    int nanos = message.getNanos();
    if (seconds < 0 || seconds > MOST_SECONDS || nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw malformed("duration out of range: " + seconds + " s, " + nanos + " ns");
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  // A finer time would be cut by the grant: two payloads would mean the same, and one of them was
  // signed as something else.
  private static Instant millis(com.google.protobuf.Timestamp message, String field) {
    Instant instant = decode(message);
    if (!instant.equals(instant.truncatedTo(ChronoUnit.MILLIS))) {
      throw malformed(field + ": " + instant + " is no whole millisecond");
    }
    return instant;
  }

  private static Duration wholeMillis(Duration idle) {
    if (!idle.equals(idle.truncatedTo(ChronoUnit.MILLIS))) {
      throw malformed("idle: " + idle + " is no whole millisecond");
    }
    return idle;
  }

  private static void requirePresent(boolean present, String field) {
    if (!present) {
      throw malformed(field + ": missing");
    }
  }

  // The records check their own rules; a breach of one on the wire is the sender's fault.
  private static <T> T checked(String what, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WireException(WireException.Kind.MALFORMED, what + ": " + e.getMessage(), e);
    }
  }
}
