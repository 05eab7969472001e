package io.aegis.wire;

import static io.aegis.wire.WireException.malformed;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Receipt;

/** The enums of both sides. A value of the wire that is unset or unknown is never guessed. */
final class WireEnums {

  private WireEnums() {}

  static io.aegis.wire.v1.Protocol encode(io.aegis.api.Protocol protocol) {
    return switch (protocol) {
      case TCP -> io.aegis.wire.v1.Protocol.PROTOCOL_TCP;
      case UDP -> io.aegis.wire.v1.Protocol.PROTOCOL_UDP;
      case ICMP_ECHO -> io.aegis.wire.v1.Protocol.PROTOCOL_ICMP_ECHO;
    };
  }

  static io.aegis.api.Protocol decode(io.aegis.wire.v1.Protocol protocol) {
    return switch (protocol) {
      case PROTOCOL_TCP -> io.aegis.api.Protocol.TCP;
      case PROTOCOL_UDP -> io.aegis.api.Protocol.UDP;
      case PROTOCOL_ICMP_ECHO -> io.aegis.api.Protocol.ICMP_ECHO;
      case PROTOCOL_UNSPECIFIED -> throw malformed("protocol: missing");
      case UNRECOGNIZED -> throw unsupported("protocol");
    };
  }

  static io.aegis.wire.v1.Mode encode(EnforcementMode mode) {
    return switch (mode) {
      case ENFORCE -> io.aegis.wire.v1.Mode.MODE_ENFORCE;
      case AUDIT -> io.aegis.wire.v1.Mode.MODE_AUDIT;
    };
  }

  static EnforcementMode decode(io.aegis.wire.v1.Mode mode) {
    return switch (mode) {
      case MODE_ENFORCE -> EnforcementMode.ENFORCE;
      case MODE_AUDIT -> EnforcementMode.AUDIT;
      case MODE_UNSPECIFIED -> throw malformed("mode: missing");
      case UNRECOGNIZED -> throw unsupported("mode");
    };
  }

  static io.aegis.wire.v1.Change encode(Receipt.Change change) {
    return switch (change) {
      case UPSERTED -> io.aegis.wire.v1.Change.CHANGE_UPSERTED;
      case EXTENDED -> io.aegis.wire.v1.Change.CHANGE_EXTENDED;
      case REMOVED -> io.aegis.wire.v1.Change.CHANGE_REMOVED;
    };
  }

  static Receipt.Change decode(io.aegis.wire.v1.Change change) {
    return switch (change) {
      case CHANGE_UPSERTED -> Receipt.Change.UPSERTED;
      case CHANGE_EXTENDED -> Receipt.Change.EXTENDED;
      case CHANGE_REMOVED -> Receipt.Change.REMOVED;
      case CHANGE_UNSPECIFIED -> throw malformed("change: missing");
      case UNRECOGNIZED -> throw unsupported("change");
    };
  }

  private static WireException unsupported(String field) {
    return new WireException(
        WireException.Kind.UNSUPPORTED, field + ": a value unknown to this version");
  }
}
