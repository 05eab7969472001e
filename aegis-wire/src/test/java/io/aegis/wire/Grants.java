package io.aegis.wire;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Receipt;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Grants of every kind. */
final class Grants {

  private Grants() {}

  static Arbitrary<IpAddress> addresses(int bytes) {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofSize(bytes)
        .map(IpAddress::of)
        .filter(address -> address.family().bits() == bytes * Byte.SIZE);
  }

  static Arbitrary<Prefix> prefixes(int bytes) {
    Arbitrary<Integer> lengths = Arbitraries.integers().between(0, bytes * Byte.SIZE);
    return Combinators.combine(addresses(bytes), lengths)
        .as(Grants::prefix)
        .filter(prefix -> prefix.address().family().bits() == bytes * Byte.SIZE);
  }

  private static Prefix prefix(IpAddress address, int length) {
    byte[] bytes = address.bytes();
    for (int bit = length; bit < bytes.length * Byte.SIZE; bit++) {
      bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
    }
    IpAddress first = IpAddress.of(bytes);
    return first.family() == address.family() ? new Prefix(first, length) : Prefix.of(first);
  }

  static Arbitrary<Target> targets(int bytes) {
    Arbitrary<PortRange> ports =
        Combinators.combine(
                Arbitraries.integers().between(0, 65_535),
                Arbitraries.integers().between(1, 65_535))
            .as((a, b) -> new PortRange(Math.min(a, b), Math.max(a, b)));
    return Combinators.combine(prefixes(bytes), Arbitraries.of(Protocol.class), ports)
        .as((prefix, speaks, range) ->
            new Target(prefix, speaks, speaks.hasPorts() ? range : PortRange.ANY));
  }

  static Arbitrary<Instant> millis() {
    return Arbitraries.longs().between(0, 4_102_444_800_000L).map(Instant::ofEpochMilli);
  }

  static Arbitrary<Grant> grants() {
    return Arbitraries.of(4, 16).flatMap(Grants::grants);
  }

  private static Arbitrary<Grant> grants(int bytes) {
    return Combinators.combine(
            Arbitraries.longs().greaterOrEqual(1).map(GrantId::new),
            addresses(bytes),
            targets(bytes),
            millis(),
            Arbitraries.longs().between(0, 10_000_000),
            Arbitraries.longs()
                .between(2_000, 1_000_000_000)
                .map(Duration::ofMillis)
                .injectNull(0.3),
            Arbitraries.of(EnforcementMode.class),
            Arbitraries.of(true, false))
        .as((id, client, target, hard, less, idle, mode, lease) ->
            new Grant(id, client, target, hard, hard.minusMillis(less), idle, mode, lease));
  }

  static Arbitrary<IssuedGrant> issued() {
    return Combinators.combine(
            Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(128),
            grants(),
            Arbitraries.longs().greaterOrEqual(1),
            Arbitraries.longs().greaterOrEqual(0),
            Arbitraries.longs().greaterOrEqual(1),
            Arbitraries.longs().greaterOrEqual(0),
            millis(),
            Arbitraries.longs().between(0, 1_000_000))
        .as((audience, grant, epoch, revision, version, policy, at, more) ->
            new IssuedGrant(
                audience, grant, epoch, revision, version, policy, at, at.plusMillis(more)));
  }

  static Arbitrary<Receipt> receipts() {
    Arbitrary<Instant> instants =
        Combinators.combine(millis(), Arbitraries.integers().between(0, 999_999))
            .as((milli, nanos) -> milli.plusNanos(nanos));
    return Combinators.combine(
            Arbitraries.longs().greaterOrEqual(1).map(GrantId::new),
            Arbitraries.of(Receipt.Change.class),
            instants,
            instants.injectNull(0.3))
        .as(Receipt::new);
  }

  /** A plain one, for tests that change one thing. */
  static IssuedGrant plain() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    Grant grant =
        Grant.until(
            new GrantId(7),
            IpAddress.parse("10.77.0.5"),
            Target.of(IpAddress.parse("10.77.1.9"), Protocol.TCP, 443),
            now.plusSeconds(3600));
    return new IssuedGrant("edge-1", grant, 1, 5, 1, 3, now, now.plusSeconds(300));
  }
}
