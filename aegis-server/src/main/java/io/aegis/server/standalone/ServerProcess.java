package io.aegis.server.standalone;

import io.aegis.server.lifecycle.Lifecycle;

/** A process of the stock server: its configuration is checked, nothing is started or touched. */
public interface ServerProcess {

  /**
   * Looks at everything for which a start here and now would be refused before it makes or changes
   * anything, and starts nothing.
   *
   * @throws Exception what the start would throw
   */
  void check() throws Exception;

  /**
   * Starts it.
   *
   * @param lifecycle gets every part that has started; the caller closes it, also after a failure
   * @return where it is, for scripts that wait
   * @throws Exception what the first failing part threw; the message is shown to the user
   */
  String start(Lifecycle lifecycle) throws Exception;
}
