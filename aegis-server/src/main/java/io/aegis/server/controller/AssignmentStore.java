package io.aegis.server.controller;

import io.aegis.policy.Rule;
import io.aegis.server.store.Transaction;
import java.util.ArrayList;
import java.util.List;

/** Which roles and users have which services, in the database. Safe for any number of threads. */
final class AssignmentStore {

  AssignmentStore() {}

  /**
   * All assignments as the rules they mean; services and users go by their number, roles by name.
   */
  List<Rule> rules(Transaction tx) {
    var rules = new ArrayList<Rule>();
    tx.handle()
        .createQuery(
            """
            SELECT r.name, rs.service_id FROM role_services rs JOIN roles r ON r.id = rs.role_id
            """)
        .map((row, _) -> Rule.permitRole(row.getString(1), row.getString(2)))
        .forEach(rules::add);
    tx.handle()
        .createQuery("SELECT user_id, service_id FROM user_services")
        .map((row, _) -> Rule.permitUser(row.getString(1), row.getString(2)))
        .forEach(rules::add);
    return rules;
  }

  void addToRole(Transaction tx, long roleId, long serviceId) {
    tx.handle()
        .createUpdate(
            """
            INSERT INTO role_services (role_id, service_id) VALUES (:roleId, :serviceId)
            ON CONFLICT DO NOTHING
            """)
        .bind("roleId", roleId)
        .bind("serviceId", serviceId)
        .execute();
  }

  void removeFromRole(Transaction tx, long roleId, long serviceId) {
    tx.handle()
        .createUpdate(
            "DELETE FROM role_services WHERE role_id = :roleId AND service_id = :serviceId")
        .bind("roleId", roleId)
        .bind("serviceId", serviceId)
        .execute();
  }

  void addToUser(Transaction tx, long userId, long serviceId) {
    tx.handle()
        .createUpdate(
            """
            INSERT INTO user_services (user_id, service_id) VALUES (:userId, :serviceId)
            ON CONFLICT DO NOTHING
            """)
        .bind("userId", userId)
        .bind("serviceId", serviceId)
        .execute();
  }

  void removeFromUser(Transaction tx, long userId, long serviceId) {
    tx.handle()
        .createUpdate(
            "DELETE FROM user_services WHERE user_id = :userId AND service_id = :serviceId")
        .bind("userId", userId)
        .bind("serviceId", serviceId)
        .execute();
  }
}
