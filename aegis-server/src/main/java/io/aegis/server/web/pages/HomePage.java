package io.aegis.server.web.pages;

import java.util.List;

/**
 * The page of somebody who is logged in.
 *
 * @param visitor who looks at it
 * @param active what is open
 * @param available what could be opened and is not
 * @param source the address that a service would be opened for
 * @param mustChangePassword whether to ask for a new password
 * @param problem what went wrong just now; empty if nothing did
 */
public record HomePage(
    Visitor visitor,
    List<ActiveRow> active,
    List<ServiceRow> available,
    String source,
    boolean mustChangePassword,
    String problem) {

  /** Makes a page. */
  public HomePage {
    active = List.copyOf(active);
    available = List.copyOf(available);
  }
}
