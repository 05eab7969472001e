package io.aegis.policy.document;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Authentication;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Groups;
import io.aegis.policy.Principal;
import io.aegis.policy.document.PolicyTest.Circumstances;
import io.aegis.policy.document.PolicyTest.ObservedDevice;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the requests that tests are about. Immutable. */
final class TestRequests {
  private final Groups groups;
  private final Map<String, User> users;

  private TestRequests(Groups groups, Map<String, User> users) {
    this.groups = groups;
    this.users = users;
  }

  static TestRequests of(PolicyDocument document) {
    return new TestRequests(
        document.nesting(),
        document.users().stream().collect(Collectors.toMap(User::id, user -> user)));
  }

  /** Returns the request at the time of the test, or at {@code otherwise} if it has none. */
  AccessRequest request(PolicyTest test, Instant otherwise) {
    Instant now = test.moment().map(moment -> moment.toInstant()).orElse(otherwise);
    Circumstances circumstances = test.circumstances();
    User user = users.get(test.user());
    if (user == null) {
      throw new IllegalArgumentException("the document has no user '" + test.user() + "'");
    }
    var authentication =
        new Authentication(circumstances.methods(), now.minus(circumstances.authenticated()));
    var request =
        new AccessRequest(
            principal(user, groups, authentication),
            circumstances.source(),
            test.service(),
            now,
            now.plus(circumstances.session()),
            circumstances.others());
    return circumstances.device() == null
        ? request
        : request.from(device(circumstances.device(), now));
  }

  static Principal principal(User user, Groups groups, Authentication authentication) {
    return new Principal(
        user.id(),
        user.name(),
        user.active(),
        user.roles(),
        groups.resolve(user.groups()),
        user.claims(),
        authentication);
  }

  private static Device device(ObservedDevice observed, Instant now) {
    return new Device(
        observed.id(),
        observed.facts().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    fact -> new Fact(fact.getValue().value(), now.minus(fact.getValue().age())))));
  }
}
