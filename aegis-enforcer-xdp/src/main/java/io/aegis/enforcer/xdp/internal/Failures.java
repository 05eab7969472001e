package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.sys.Errno;

/** The only place where a kernel error number becomes a public error kind. */
final class Failures {

  private Failures() {}

  /** Makes an exception that says what was being done when the kernel refused. */
  static EnforcerException of(String doing, Errno e) {
    Kind kind =
        switch (e.number()) {
          case Errno.EPERM, Errno.EACCES -> Kind.NOT_PERMITTED;
          case Errno.E2BIG, Errno.ENOSPC, Errno.ENOMEM -> Kind.EXHAUSTED;
          case Errno.EOPNOTSUPP, Errno.ENOTSUPP -> Kind.UNSUPPORTED;
          case Errno.EBUSY -> Kind.BUSY;
          case Errno.ENODEV -> Kind.BAD_SETTINGS;
          default -> Kind.INTERNAL; // EINVAL alone says nothing: what is optional was probed before
        };
    return new EnforcerException(kind, doing + ": " + e.getMessage(), e);
  }
}
