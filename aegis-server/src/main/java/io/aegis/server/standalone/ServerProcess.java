package io.aegis.server.standalone;

import io.aegis.server.lifecycle.Lifecycle;

/** A process of the stock server: its configuration is checked, nothing is started or touched. */
@FunctionalInterface
public interface ServerProcess {

  /**
   * Starts it.
   *
   * @param lifecycle gets every part that has started; the caller closes it, also after a failure
   * @return where it is, for scripts that wait
   * @throws Exception what the first failing part threw; the message is shown to the user
   */
  String start(Lifecycle lifecycle) throws Exception;
}
