package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * One concern of the contract. Each test has a fixture of its own, and an enforcer that is open
 * with the fixture's settings unless the test opens another.
 */
public abstract class EnforcerConcern {
  private EnforcerFixture fixture;
  private Enforcer enforcer;

  /** For subclasses. */
  protected EnforcerConcern() {}

  /**
   * Makes a fixture.
   *
   * @return a new one; the kit closes it
   */
  protected abstract EnforcerFixture newFixture();

  /** Opens the fixture and an enforcer. */
  @BeforeEach
  protected final void openFixture() {
    fixture = newFixture();
    enforcer = fixture.open(fixture.settings());
  }

  /** Takes both away again, whatever the test did. */
  @AfterEach
  protected final void closeFixture() {
    if (fixture != null) {
      fixture.close();
    }
  }

  final EnforcerFixture fixture() {
    return fixture;
  }

  final Enforcer enforcer() {
    return enforcer;
  }

  /** Closes the enforcer that is open, taking its state away, and opens one with these settings. */
  final Enforcer openAnew(EnforcerSettings settings) {
    enforcer.detach();
    enforcer = fixture.open(settings);
    return enforcer;
  }

  /** Opens the fixture's settings again after a close. */
  final Enforcer reopen() {
    enforcer = fixture.open(fixture.settings());
    return enforcer;
  }

  /** Takes everything away and opens the fixture's settings so that they end with their process. */
  final Enforcer openUnconfirmed() {
    enforcer.detach();
    enforcer = fixture.openUnconfirmed(fixture.settings());
    return enforcer;
  }

  final boolean can(Capability capability) {
    return fixture.capabilities().contains(capability);
  }

  final Instant now() {
    return fixture.settings().clock().instant();
  }

  final String outside() {
    return fixture.settings().interfaces().getFirst().name();
  }

  final boolean admits(byte[] frame) {
    return fixture.arrive(outside(), frame);
  }

  /** Whether a frame gets out; of enforcers with {@link Capability#EGRESS}. */
  final boolean releases(byte[] frame) {
    return fixture.leave(outside(), frame);
  }

  /** Applies grants and fails unless every one of them is in force. */
  final UpdateResult add(Grant... grants) {
    UpdateResult result = enforcer.apply(GrantUpdate.adding(grants));
    assertThat(result.failures()).isEmpty();
    return result;
  }

  /** Fails unless exactly these are in force, of which those that have expired may be gone. */
  final void assertInForce(Grant... expected) {
    assertInForceAt(now(), expected);
  }

  /** The same, where it is {@code now} on the clock of the settings that are open. */
  final void assertInForceAt(Instant now, Grant... expected) {
    List<Grant> actual = enforcer.grants();
    assertThat(actual)
        .containsExactlyElementsOf(
            Arrays.stream(expected)
                .filter(grant -> grant.softExpiry().isAfter(now) || actual.contains(grant))
                .toList());
  }

  final List<InterfaceSettings> interfaces() {
    return fixture.settings().interfaces();
  }

  static void assertFails(EnforcerException.Kind kind, ThrowingCallable call) {
    assertThatExceptionOfType(EnforcerException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .satisfies(e -> assertThat(e).hasMessageMatching("(?s).{20,}"));
  }

  static void assertAllFail(EnforcerException.Kind kind, UpdateResult result, Grant... grants) {
    assertThat(result.receipts()).isEmpty();
    assertThat(result.failures())
        .extracting(UpdateResult.Failed::grantId)
        .containsExactlyElementsOf(Arrays.stream(grants).map(Grant::id).toList());
    assertThat(result.failures())
        .allSatisfy(failed -> assertThat(failed.kind()).as(failed.message()).isEqualTo(kind));
  }
}
