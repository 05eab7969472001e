package io.aegis.enforcer.spi;

/** Which IPv6 next-header numbers are extension headers (IANA registry), and how long they are. */
final class Ipv6Extension {
  static final int HOP_BY_HOP = 0;
  static final int ROUTING = 43;
  static final int FRAGMENT = 44;
  static final int AUTHENTICATION = 51;
  static final int DESTINATION_OPTIONS = 60;
  static final int MOBILITY = 135;
  static final int HIP = 139;
  static final int SHIM6 = 140;

  /** The least length of an extension header, and the length of a Fragment header, in bytes. */
  static final int UNIT = 8;

  private Ipv6Extension() {}

  static boolean isExtension(int next) {
    return switch (next) {
      case HOP_BY_HOP,
          ROUTING,
          FRAGMENT,
          AUTHENTICATION,
          DESTINATION_OPTIONS,
          MOBILITY,
          HIP,
          SHIM6 ->
          true;
      default -> false;
    };
  }

  /** Whether a header of this type may stand behind {@code before} others. */
  static boolean isAllowed(int next, int before) {
    return next == DESTINATION_OPTIONS || next == FRAGMENT || (next == HOP_BY_HOP && before == 0);
  }

  static int length(int next, int lengthField) {
    return next == FRAGMENT ? UNIT : (lengthField + 1) * UNIT;
  }
}
