package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Accounts;
import io.aegis.server.identity.Authority.Action;
import java.util.List;
import java.util.Set;

/** Roles and users. */
final class AccountsApi {
  private static final Set<String> USER_READ_ONLY = Set.of("id", "username", "is_active");

  private final Accounts accounts;

  @Inject
  AccountsApi(Accounts accounts) {
    this.accounts = accounts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/api/roles", Action.READ_ROLES, this::roles),
        Endpoint.post("/api/roles", Action.MANAGE_ROLES, this::createRole),
        Endpoint.delete("/api/roles/{id}", Action.MANAGE_ROLES, this::deleteRole),
        Endpoint.get("/api/users", Action.READ_USERS, this::users),
        Endpoint.post("/api/users", Action.MANAGE_USERS, this::createUser),
        Endpoint.delete("/api/users/{id}", Action.MANAGE_USERS, this::deleteUser),
        Endpoint.put("/api/users/{id}/role", Action.MANAGE_USERS, this::setRole),
        Endpoint.post("/api/users/{id}/reset-password", Action.MANAGE_USERS, this::resetPassword));
  }

  private Answer roles(Call call) {
    return Answer.json(200, Json.list(accounts.roles(), Json::of));
  }

  private Answer createRole(Call call) {
    JsonBody body = call.body(Set.of("name", "description"), Json.ROLE_READ_ONLY);
    String name = body.text("name");
    String description = body.textOrEmpty("description");
    return Answer.json(201, Json.of(accounts.createRole(call.session(), name, description)));
  }

  private Answer deleteRole(Call call) {
    call.noBody();
    accounts.deleteRole(call.session(), call.id("id"));
    return Answer.sentence("Role deleted.");
  }

  private Answer users(Call call) {
    return Answer.json(200, Json.list(accounts.users(), Json::of));
  }

  private Answer createUser(Call call) {
    JsonBody body = call.body(Set.of("credentials", "role_id"), USER_READ_ONLY);
    JsonBody credentials = body.object("credentials", Set.of("username", "password"));
    String username = credentials.text("username");
    String password = credentials.text("password");
    return Answer.json(
        201, Json.of(accounts.createUser(call.session(), username, password, body.id("role_id"))));
  }

  private Answer deleteUser(Call call) {
    call.noBody();
    accounts.deleteUser(call.session(), call.id("id"));
    return Answer.sentence("User deleted.");
  }

  private Answer setRole(Call call) {
    JsonBody body = call.body(Set.of("role_id"), USER_READ_ONLY);
    accounts.setRole(call.session(), call.id("id"), body.id("role_id"));
    return Answer.sentence("Role of the user changed.");
  }

  private Answer resetPassword(Call call) {
    JsonBody body = call.body(Set.of("password"), Set.of());
    accounts.resetPassword(call.session(), call.id("id"), body.text("password"));
    return Answer.sentence("Password reset.");
  }
}
