package io.aegis.server.config;

import java.util.Locale;

/** What a process of the stock server is. */
public enum ProcessKind {
  /** Users, policy, web and the gateways' counterpart. */
  CONTROLLER,
  /** One gateway's enforcement. */
  AGENT,
  /** Both in one process. */
  STANDALONE;

  /** Returns the name of the command that runs it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
