package io.aegis.server.identity;

import static io.aegis.server.controller.TestController.LAPTOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException.Kind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of authority, cell by cell. */
final class AuthorityTest {
  private static final Set<Action> ONES_OWN =
      EnumSet.of(Action.MANAGE_OWN_LOGIN, Action.USE_SERVICES);
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

  @ParameterizedTest
  @EnumSource(Action.class)
  void permits_eachRank_isAsTheApiSays(Action action) {
    assertThat(Authority.permits(Rank.USER, action)).isEqualTo(ONES_OWN.contains(action));
    assertThat(Authority.permits(Rank.ADMIN, action)).isEqualTo(action != Action.MANAGE_ROLES);
    assertThat(Authority.permits(Rank.ROOT, action)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void require_ofSomebodyBelow_isForbidden(Action action) {
    if (action.least() == Rank.USER) {
      assertThatCode(() -> Authority.require(actor(Role.USER_ID), action))
          .doesNotThrowAnyException();
    } else {
      assertForbidden(() -> Authority.require(actor(Role.USER_ID), action));
    }
  }

  @Test
  void ofRole_anyRoleButTheBuiltInTwo_ranksAsUser() {
    assertThat(Rank.ofRole(Role.ROOT_ID)).isEqualTo(Rank.ROOT);
    assertThat(Rank.ofRole(Role.ADMIN_ID)).isEqualTo(Rank.ADMIN);
    assertThat(Rank.ofRole(Role.USER_ID)).isEqualTo(Rank.USER);
    assertThat(Rank.ofRole(4711)).isEqualTo(Rank.USER);
  }

  @Test
  void requireOver_theBuiltInRoot_isForbiddenToEverybody() {
    for (long role : new long[] {Role.ROOT_ID, Role.ADMIN_ID, Role.USER_ID}) {
      assertForbidden(() -> Authority.requireOver(actor(role), user(User.ROOT_ID, Role.ROOT_ID)));
    }
  }

  @Test
  void requireOver_anotherRootUser_isForbiddenToAdminsOnly() {
    assertForbidden(() -> Authority.requireOver(actor(Role.ADMIN_ID), user(9, Role.ROOT_ID)));
    Authority.requireOver(actor(Role.ROOT_ID), user(9, Role.ROOT_ID));
    Authority.requireOver(actor(Role.ADMIN_ID), user(9, Role.ADMIN_ID));
  }

  @Test
  void requireMayGive_theRoleRoot_isForbiddenToAdmins() {
    assertForbidden(() -> Authority.requireMayGive(actor(Role.ADMIN_ID), Role.ROOT_ID));
    Authority.requireMayGive(actor(Role.ROOT_ID), Role.ROOT_ID);
    Authority.requireMayGive(actor(Role.ADMIN_ID), Role.ADMIN_ID);
  }

  private static User user(long id, long roleId) {
    return new User(id, "user" + id, roleId, true, false, NOW);
  }

  private static Session actor(long roleId) {
    return new Session(
        1, user(5, roleId), new Role(roleId, "some", "", true), LAPTOP, NOW, NOW.plusSeconds(60));
  }

  private static void assertForbidden(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN));
  }
}
