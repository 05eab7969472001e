package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.xdp.internal.sys.Errno;

/** A way to wait for the readers of the table. */
interface Grace {

  /**
   * Waits until every reader that has begun has ended; about 8 ms for program runs.
   *
   * @throws Errno if it cannot be waited
   */
  void await() throws Errno;
}
