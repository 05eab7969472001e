package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import java.util.Map;
import java.util.TreeSet;

/**
 * The options of this backend.
 *
 * @param attachMode {@code attach=native} (the default) or {@code attach=generic}
 */
record XdpOptions(AttachMode attachMode) {

  private static final String ATTACH = "attach";

  /**
   * Reads options.
   *
   * @throws EnforcerException of kind {@code BAD_SETTINGS} for an unknown name or value
   */
  static XdpOptions from(Map<String, String> options, String doing) {
    var unknown = new TreeSet<>(options.keySet());
    unknown.remove(ATTACH);
    if (!unknown.isEmpty()) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": unknown options: "
              + String.join(", ", unknown)
              + "; there is only '"
              + ATTACH
              + "'");
    }
    return new XdpOptions(attachMode(options.getOrDefault(ATTACH, "native"), doing));
  }

  private static AttachMode attachMode(String value, String doing) {
    for (AttachMode mode : AttachMode.values()) {
      if (mode.toString().equals(value)) {
        return mode;
      }
    }
    throw new EnforcerException(
        Kind.BAD_SETTINGS,
        doing + ": the option attach is 'native' or 'generic', not '" + value + "'");
  }
}
