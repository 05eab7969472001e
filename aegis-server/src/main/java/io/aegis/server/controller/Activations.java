package io.aegis.server.controller;

import io.aegis.api.IpAddress;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.Session;
import java.util.List;

/** Switching services on and off. Safe for any number of threads; may block for a few seconds. */
public interface Activations {

  /**
   * Reads the services that the policy would let this session's user activate.
   *
   * @param session whose
   * @return ordered by id
   */
  List<CatalogService> available(Session session);

  /**
   * Reads what the session's user has active, in this and in other sessions.
   *
   * @param session whose
   * @return ordered by id; several for one service if it is open for several sources
   */
  List<Activation> selected(Session session);

  /**
   * Opens a service for a source. When it returns, every connected gateway that guards the service
   * enforces it, and there is at least one. What is open already for this user and source stays as
   * it is and is returned.
   *
   * @param session whose
   * @param serviceId the service
   * @param source the address of the connection that asks
   * @return the activation
   * @throws ControllerException {@code UNAUTHENTICATED} if the session has ended meanwhile; {@code
   *     FORBIDDEN} with the reason if the policy says no, which is also the answer for a service
   *     that does not exist, if the source has no family in common with the service, or if it is a
   *     gateway's own address; {@code UNAVAILABLE} naming the gateways if none is connected or one
   *     failed: nothing stays open then, but where the message says so, until {@link
   *     ControllerException#closesBy()} at the latest
   */
  Activation activate(Session session, long serviceId, IpAddress source);

  /**
   * Closes a service for all sources of the session's user. When it returns, every gateway that
   * guards it has closed it.
   *
   * @param session whose
   * @param serviceId the service
   * @throws ControllerException {@code NOT_FOUND} if it is not active; {@code UNAVAILABLE} if a
   *     gateway is away or did not answer: it is recorded as closed, and the kernel closes it by
   *     {@link ControllerException#closesBy()} at the latest
   */
  void deactivate(Session session, long serviceId);
}
