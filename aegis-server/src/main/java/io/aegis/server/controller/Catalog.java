package io.aegis.server.controller;

import io.aegis.server.identity.Accounts;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.Session;
import java.util.List;

/**
 * The services, and which roles and users have them. Changing works as it does in {@link Accounts}:
 * checked against the one table, audited, and what is no longer permitted is taken away in the same
 * transaction. If a gateway has not closed it then, the method throws, as there, and the change is
 * recorded. Safe for any number of threads; may block, also for looking a name up.
 *
 * <p>Besides what is named, every changing method throws {@link ControllerException} of kind {@code
 * FORBIDDEN} if the session's user may not do this.
 */
public interface Catalog {

  /**
   * Reads all services.
   *
   * @return ordered by id
   */
  List<CatalogService> services();

  /**
   * Adds a service. Nobody has it yet.
   *
   * @param actor who asks
   * @param spec what it shall be
   * @return the service
   * @throws ControllerException {@code INVALID} naming everything that does not fit, a hostname
   *     that cannot be looked up among it; {@code CONFLICT} if the name is taken
   */
  CatalogService create(Session actor, ServiceSpec spec);

  /**
   * Changes a service. Activations whose grants would be other ones end; the others stay untouched.
   *
   * @param actor who asks
   * @param serviceId the service
   * @param spec what it shall be; the hostname is looked up again
   * @return the service
   * @throws ControllerException as {@link #create}; {@code NOT_FOUND}
   */
  CatalogService update(Session actor, long serviceId, ServiceSpec spec);

  /**
   * Deletes a service, takes it from every role and user, and ends its activations.
   *
   * @param actor who asks
   * @param serviceId the service
   * @throws ControllerException {@code NOT_FOUND}
   */
  void delete(Session actor, long serviceId);

  /**
   * Reads the services of a role.
   *
   * @param roleId the role
   * @return ordered by id
   * @throws ControllerException {@code NOT_FOUND}
   */
  List<CatalogService> roleServices(long roleId);

  /**
   * Gives a role a service. Giving it twice is harmless.
   *
   * @param actor who asks
   * @param roleId the role
   * @param serviceId the service
   * @throws ControllerException {@code NOT_FOUND} for the role; {@code INVALID} for the service
   */
  void addRoleService(Session actor, long roleId, long serviceId);

  /**
   * Takes a service from a role. Taking what it does not have is harmless.
   *
   * @param actor who asks
   * @param roleId the role
   * @param serviceId the service
   * @throws ControllerException {@code NOT_FOUND} for the role
   */
  void removeRoleService(Session actor, long roleId, long serviceId);

  /**
   * Reads the extra services of a user, those of the role not counted.
   *
   * @param userId the user
   * @return ordered by id
   * @throws ControllerException {@code NOT_FOUND}
   */
  List<CatalogService> userServices(long userId);

  /**
   * Gives a user an extra service. Giving it twice is harmless.
   *
   * @param actor who asks
   * @param userId the user
   * @param serviceId the service
   * @throws ControllerException {@code NOT_FOUND} for the user; {@code INVALID} for the service;
   *     {@code FORBIDDEN} for the built-in root, and for a user of role root if the actor is not
   */
  void addUserService(Session actor, long userId, long serviceId);

  /**
   * Takes an extra service from a user. Taking what the user does not have is harmless.
   *
   * @param actor who asks
   * @param userId the user
   * @param serviceId the service
   * @throws ControllerException {@code NOT_FOUND} for the user; {@code FORBIDDEN} as {@link
   *     #addUserService}
   */
  void removeUserService(Session actor, long userId, long serviceId);
}
