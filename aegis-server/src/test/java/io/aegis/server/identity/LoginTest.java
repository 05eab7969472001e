package io.aegis.server.identity;

import static io.aegis.server.controller.TestController.LAPTOP;
import static io.aegis.server.controller.TestController.PASSWORD;
import static io.aegis.server.controller.TestController.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.server.audit.AuditRecord;
import io.aegis.server.controller.TestController;
import io.aegis.server.identity.ControllerException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in, staying logged in, logging out; and guessing. */
final class LoginTest {
  @TempDir private Path directory;
  private TestController controller;
  private Session root;

  @BeforeEach
  void start() {
    controller = TestController.start(directory);
    root = controller.root();
    controller.accounts().createUser(root, "alice", PASSWORD, Role.USER_ID);
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void createRoot_onTheFirstStart_givesAPasswordOnce() {
    assertThat(controller.rootPassword()).hasSizeGreaterThan(20);
    assertThat(root.user().id()).isEqualTo(User.ROOT_ID);
    assertThat(root.rank()).isEqualTo(Rank.ROOT);
    assertThat(controller.injector.getInstance(FirstStart.class).createRoot()).isEmpty();
  }

  @Test
  void createRoot_again_beforeRootEverLoggedIn_replacesThePasswordThatMayBeLost() {
    var other = TestController.start(directory.resolve("other"));
    try (other) {
      String second = other.injector.getInstance(FirstStart.class).createRoot().orElseThrow();

      assertKind(
          Kind.UNAUTHENTICATED, () -> other.sessions().login("root", other.rootPassword(), LAPTOP));
      other.sessions().login("root", second, LAPTOP);
      assertThat(other.injector.getInstance(FirstStart.class).createRoot()).isEmpty();
    }
  }

  @Test
  void login_withTheRightPassword_beginsASessionOfBothTokens() {
    Login login = controller.login("alice");

    assertThat(login.session().user().username()).isEqualTo("alice");
    assertThat(login.session().role().name()).isEqualTo("user");
    assertThat(login.session().loginSource()).isEqualTo(LAPTOP);
    assertThat(login.session().endsAt())
        .isEqualTo(controller.clock.instant().plus(Duration.ofHours(12)));
    assertThat(login.access().expiresAt())
        .isEqualTo(controller.clock.instant().plus(Duration.ofMinutes(15)));
    assertThat(authenticate(login).id()).isEqualTo(login.session().id());
  }

  @Test
  void login_withTheNameInOtherLetterCase_isTheSameUser() {
    assertThat(controller.login("ALICE").session().user().username()).isEqualTo("alice");
  }

  @Test
  void login_wrongPasswordAndUnknownUser_readTheSame() {
    String wrong = message(() -> login("alice", "Not-Her-Password-1"));
    String unknown = message(() -> login("nobody", "Not-Her-Password-1"));

    assertThat(wrong).isEqualTo(unknown).isEqualTo("wrong username or password");
    assertThat(controller.audit().getFirst().result().toString()).isEqualTo("refused");
  }

  @Test
  void login_ofADisabledUser_saysSoOnlyToWhoKnowsThePassword() {
    long alice = controller.session("alice").user().id();
    controller.accounts().setActive(root, alice, false);

    assertKind(Kind.UNAUTHENTICATED, () -> login("alice", "Not-Her-Password-1"));
    assertKind(Kind.FORBIDDEN, () -> login("alice", PASSWORD));
  }

  @Test
  void login_afterFiveFailures_isLockedOutForALittleEvenWithTheRightPassword() {
    for (int i = 0; i < 6; i++) {
      assertKind(Kind.UNAUTHENTICATED, () -> login("alice", "Not-Her-Password-1"));
    }

    assertThatThrownBy(() -> login("alice", PASSWORD))
        .isInstanceOfSatisfying(
            ControllerException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.LOCKED_OUT);
              assertThat(e.retryAfter()).contains(Duration.ofSeconds(1));
            });
    controller.clock.advance(Duration.ofSeconds(1));
    login("alice", PASSWORD);
  }

  @Test
  void login_ofAnUnknownUser_isLockedOutLikeAKnownOne() {
    for (int i = 0; i < 6; i++) {
      assertKind(Kind.UNAUTHENTICATED, () -> login("nobody", "Not-Her-Password-1"));
    }
    assertKind(Kind.LOCKED_OUT, () -> login("nobody", "Not-Her-Password-1"));
  }

  @Test
  void login_guessingAtManyUsersFromOneAddress_locksTheAddressAndNotOthers() {
    for (int i = 0; i <= Backoff.FREE_FAILURES_PER_ADDRESS; i++) {
      String name = "guess" + i;
      assertKind(Kind.UNAUTHENTICATED, () -> login(name, "Not-Her-Password-1"));
    }

    assertKind(Kind.LOCKED_OUT, () -> login("alice", PASSWORD));
    controller.sessions().login("alice", PASSWORD, PHONE);
  }

  @Test
  void login_manyAtOnceWithWrongPasswords_looksAtFewBeyondTheFreeOnes() {
    List<Kind> kinds =
        Stream.generate(() -> "Not-Her-Password-1")
            .limit(40)
            .parallel()
            .map(password -> kind(() -> login("alice", password)))
            .toList();

    assertThat(kinds).containsOnly(Kind.UNAUTHENTICATED, Kind.LOCKED_OUT);
    assertThat(kinds.stream().filter(Kind.UNAUTHENTICATED::equals))
        .hasSizeLessThanOrEqualTo(Backoff.FREE_FAILURES_PER_ACCOUNT + 2);
  }

  @Test
  void login_withAnAbsurdlyLongPassword_isJustWrong() {
    assertKind(Kind.UNAUTHENTICATED, () -> login("alice", "x".repeat(1_000_000)));
    assertKind(Kind.UNAUTHENTICATED, () -> login("x".repeat(1_000_000), PASSWORD));
  }

  private List<AuditRecord> refusedLogins() {
    return controller.audit().stream()
        .filter(each -> each.action().equals("session.login"))
        .filter(each -> each.result() == AuditRecord.Result.REFUSED)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1_025, 20})
  void login_flooded_fillsNoAuditLog(int length) {
    for (int i = 0; i < 200; i++) {
      String name = "a" + i + "x".repeat(length);
      Kind _ = kind(() -> login(name, PASSWORD));
    }

    assertKind(Kind.LOCKED_OUT, () -> login("x".repeat(2_000), PASSWORD));
    assertKind(Kind.LOCKED_OUT, () -> login("alice", PASSWORD));
    assertThat(refusedLogins()).hasSize(Backoff.FREE_FAILURES_PER_ADDRESS + 1);
    controller.sessions().login("alice", PASSWORD, PHONE);

    controller.clock.advance(Duration.ofSeconds(1));
    assertKind(Kind.UNAUTHENTICATED, () -> login("nobody", PASSWORD));
    assertThat(refusedLogins().getFirst().detail())
        .isEqualTo(
            "wrong username or password; before it, 171 attempts from this address were refused"
                + " without a look");
    controller.clock.advance(Duration.ofSeconds(2));
    assertKind(Kind.UNAUTHENTICATED, () -> login("nobody", PASSWORD));
    assertThat(refusedLogins().getFirst().detail()).isEqualTo("wrong username or password");
  }

  @Test
  void refresh_withAStrangersToken_waitsForNobodyWhoWrites() {
    CompletableFuture<Kind> answer =
        controller
            .database()
            .write(_ -> {
              var asked =
                  CompletableFuture.supplyAsync(
                      () -> kind(() -> controller.sessions().refresh("x".repeat(43), LAPTOP)),
                      Thread::startVirtualThread);
              assertThat(asked).succeedsWithin(Duration.ofSeconds(10));
              return asked;
            });
    assertThat(answer.join()).isEqualTo(Kind.UNAUTHENTICATED);
  }

  @Test
  void login_withThePasswordInAnotherUnicodeForm_isTheSamePassword() {
    controller.accounts().createUser(root, "jürgen", "Gr\u00fc\u00dfe-aus-7", Role.USER_ID);

    controller.sessions().login("ju\u0308rgen", "Gru\u0308\u00dfe-aus-7", LAPTOP);
  }

  @Test
  void authenticate_withAnythingElse_isUnauthenticated() {
    for (String token : List.of("", "x", "a".repeat(43), "' OR 1=1 --", "x".repeat(100_000))) {
      assertKind(Kind.UNAUTHENTICATED, () -> controller.sessions().authenticate(token));
    }
  }

  @Test
  void authenticate_withARefreshToken_isUnauthenticated() {
    Login login = controller.login("alice");

    assertKind(
        Kind.UNAUTHENTICATED, () -> controller.sessions().authenticate(login.refresh().value()));
    assertKind(
        Kind.UNAUTHENTICATED, () -> controller.sessions().refresh(login.access().value(), LAPTOP));
  }

  @Test
  void authenticate_afterTheTokensTime_isUnauthenticatedAndRefreshHelps() {
    Login login = controller.login("alice");
    controller.clock.advance(Duration.ofMinutes(15));

    assertKind(Kind.UNAUTHENTICATED, () -> authenticate(login));
    Login next = controller.sessions().refresh(login.refresh().value(), LAPTOP);
    assertThat(authenticate(next).id()).isEqualTo(login.session().id());
  }

  @Test
  void refresh_neverOutlivesTheSession() {
    Login login = controller.login("alice");
    controller.clock.advance(Duration.ofHours(12).minusMinutes(5));

    Login last = controller.sessions().refresh(login.refresh().value(), LAPTOP);
    assertThat(last.access().expiresAt()).isEqualTo(login.session().endsAt());
    controller.clock.advance(Duration.ofMinutes(5));
    assertKind(Kind.UNAUTHENTICATED, () -> authenticate(last));
    assertKind(
        Kind.UNAUTHENTICATED, () -> controller.sessions().refresh(last.refresh().value(), LAPTOP));
  }

  @Test
  void refresh_withASpentToken_endsTheWholeFamily() {
    Login stolen = controller.login("alice");
    Login thief = controller.sessions().refresh(stolen.refresh().value(), PHONE);

    assertKind(
        Kind.UNAUTHENTICATED,
        () -> controller.sessions().refresh(stolen.refresh().value(), LAPTOP));
    assertKind(Kind.UNAUTHENTICATED, () -> authenticate(thief));
    assertKind(
        Kind.UNAUTHENTICATED, () -> controller.sessions().refresh(thief.refresh().value(), PHONE));
    assertThat(controller.audit())
        .anySatisfy(each -> assertThat(each.detail()).contains("spent refresh token"));
  }

  @Test
  void logout_endsThisSessionAndNoOther() {
    Login first = controller.login("alice");
    Login second = controller.login("alice");

    controller.sessions().logout(first.session());
    controller.sessions().logout(first.session());

    assertKind(Kind.UNAUTHENTICATED, () -> authenticate(first));
    authenticate(second);
  }

  @Test
  void changeOwnPassword_endsTheOtherSessionsAndTheOldPassword() {
    Login here = controller.login("alice");
    Login elsewhere = controller.login("alice");

    controller.accounts().changeOwnPassword(here.session(), PASSWORD, "Another-Horse-8");

    authenticate(here);
    assertKind(Kind.UNAUTHENTICATED, () -> authenticate(elsewhere));
    assertKind(Kind.UNAUTHENTICATED, () -> login("alice", PASSWORD));
    login("alice", "Another-Horse-8");
  }

  @Test
  void changeOwnPassword_withAWrongOldOne_isUnauthenticatedAndCounts() {
    Session alice = controller.session("alice");
    for (int i = 0; i < 6; i++) {
      assertKind(
          Kind.UNAUTHENTICATED,
          () -> controller.accounts().changeOwnPassword(alice, "Wrong-Old-1", "Another-8-Horse"));
    }
    assertKind(
        Kind.LOCKED_OUT,
        () -> controller.accounts().changeOwnPassword(alice, PASSWORD, "Another-8-Horse"));
  }

  @Test
  void changeOwnPassword_ofAUserWithoutOne_isForbiddenAndNobodyLogsIn() {
    Session alice = controller.session("alice");
    controller
        .database()
        .<Integer>write(tx ->
            tx.handle()
                .createUpdate("UPDATE users SET password_hash = NULL WHERE id = :id")
                .bind("id", alice.user().id())
                .execute());

    assertKind(
        Kind.FORBIDDEN,
        () -> controller.accounts().changeOwnPassword(alice, PASSWORD, "Another-Horse-8"));
    assertKind(Kind.UNAUTHENTICATED, () -> login("alice", PASSWORD));
  }

  @Test
  void changeOwnPassword_ofRoot_endsTheHintToChangeIt() {
    assertThat(root.user().mustChangePassword()).isTrue();

    controller.accounts().changeOwnPassword(root, controller.rootPassword(), "Another-Horse-8");

    Session again = controller.sessions().login("root", "Another-Horse-8", LAPTOP).session();
    assertThat(again.user().mustChangePassword()).isFalse();
  }

  @Test
  void noSecret_isInTheDatabaseFilesOrInAText() throws Exception {
    Login login = controller.login("alice");
    controller.close();

    var secrets =
        List.of(
            PASSWORD, controller.rootPassword(), login.access().value(), login.refresh().value());
    try (Stream<Path> files = Files.list(directory.resolve("data"))) {
      for (Path file : files.toList()) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(secrets).noneMatch(bytes::contains);
      }
    }
    assertThat(secrets).noneMatch(login.toString()::contains);
  }

  private void login(String username, String password) {
    controller.sessions().login(username, password, LAPTOP);
  }

  private Session authenticate(Login login) {
    return controller.sessions().authenticate(login.access().value());
  }

  private static Kind kind(Runnable call) {
    try {
      call.run();
      throw new AssertionError("succeeded");
    } catch (ControllerException e) {
      return e.kind();
    }
  }

  private static String message(Runnable call) {
    try {
      call.run();
      throw new AssertionError("succeeded");
    } catch (ControllerException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void assertKind(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
