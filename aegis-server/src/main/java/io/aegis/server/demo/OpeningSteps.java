package io.aegis.server.demo;

import io.aegis.api.Reason;
import io.aegis.server.demo.Story.Observations;
import io.aegis.server.lab.LabClient;
import io.aegis.server.lab.LabNetwork;
import io.aegis.server.lab.LabServices;
import io.aegis.server.lab.Portal;
import java.util.Arrays;
import java.util.Map;

/** Steps 1 to 3: nothing passes, a login opens one path, and one path only. */
final class OpeningSteps {
  private static final int ROUNDS = 199;

  /** Of these, those whose code the Java processes of the lab are still compiling. */
  private static final int JUST_STARTED = 150;

  private final LabStory story;

  OpeningSteps(LabStory story) {
    this.story = story;
  }

  void nobodyIsLoggedIn(Observations seen) {
    LabClient client = story.client();
    Drops drops =
        story.dropsDuring(() -> {
          nothing(
              seen,
              "TCP to web:8080",
              client.connects(LabNetwork.WEB, LabServices.PORT, LabStory.PATIENCE));
          nothing(
              seen,
              "UDP to web:8080",
              client.echoes(LabNetwork.WEB, LabServices.PORT, LabStory.PATIENCE));
          nothing(seen, "ping to web", client.pings(LabNetwork.WEB, LabStory.PATIENCE));
          nothing(
              seen,
              "TCP over IPv6 to web:8080",
              client.connects(LabNetwork.WEB_V6, LabServices.PORT, LabStory.PATIENCE));
        });
    seen.check(drops.of(Reason.NO_GRANT) >= 4, "the gateway dropped: %s".formatted(drops));
    seen.check(story.lab().arrivals().from(LabNetwork.CLIENT) == 0, "the services saw nobody");
  }

  private static void nothing(Observations seen, String what, boolean cameBack) {
    seen.check(
        !cameBack,
        "%s: %s".formatted(what, cameBack ? "an answer came back" : "nothing came back"));
  }

  void loginAndActivate(Observations seen) {
    seen.tell("login over HTTPS through the gateway: %d".formatted(logIn(story.portal())));
    boolean sync =
        story.client().connects(LabNetwork.CONTROLLER, LabServices.PORT, LabStory.PATIENCE);
    seen.check(!sync, "another port of the controller: nothing came back");
    story.addServices();
    LabStory.Opening opening = story.activateWeb();
    seen.tell(
        "activating web: first packet admitted %.1f ms after the call, answer after %.1f ms"
            .formatted(opening.toFirstPacketMillis(), opening.toAnswerMillis()));
  }

  private int logIn(Portal portal) {
    return portal
        .send(
            "POST",
            "/api/auth/login",
            Map.of("username", "root", "password", story.lab().initialPassword()))
        .orThrow("logging in as root")
        .status();
  }

  void onlyThatPathIsOpen(Observations seen) {
    seen.check(story.client().gets(LabNetwork.WEB, LabStory.PATIENCE), "GET http://web:8080/: 200");
    nothing(
        seen,
        "the same port on echo",
        story.client().connects(LabNetwork.ECHO, LabServices.PORT, LabStory.PATIENCE));
    nothing(
        seen,
        "port 8081 on web",
        story.client().connects(LabNetwork.WEB, LabServices.OTHER_PORT, LabStory.PATIENCE));
    nothing(
        seen,
        "UDP to web:8080",
        story.client().echoes(LabNetwork.WEB, LabServices.PORT, LabStory.PATIENCE));
    nothing(
        seen,
        "the second client to web:8080",
        story.secondClient().connects(LabNetwork.WEB, LabServices.PORT, LabStory.PATIENCE));
    theSameOverIpv6(seen);
    measureRounds(seen);
  }

  // A grant is for the address that the user logged in from, so this is a login of its own.
  private void theSameOverIpv6(Observations seen) {
    try (Portal portal = story.portalV6()) {
      int login = logIn(portal);
      portal
          .send("POST", "/api/me/selected", Map.of("service_id", story.id("web6")))
          .orThrow("activating web6");
      seen.check(
          story.client().gets(LabNetwork.WEB_V6, LabStory.PATIENCE),
          "over IPv6: login %d, web6 activated, GET http://[%s]:8080/: 200"
              .formatted(login, LabNetwork.WEB_V6));
      nothing(
          seen,
          "the second client to web6:8080",
          story.secondClient().connects(LabNetwork.WEB_V6, LabServices.PORT, LabStory.PATIENCE));
      portal
          .send("DELETE", "/api/me/selected/" + story.id("web6"), Map.of())
          .orThrow("deactivating web6");
      nothing(
          seen,
          "web6 deactivated; TCP to web6:8080",
          story.client().connects(LabNetwork.WEB_V6, LabServices.PORT, LabStory.PATIENCE));
    }
  }

  private void measureRounds(Observations seen) {
    double[] millis = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      story.deactivateWeb();
      millis[i] = story.activateWeb().toFirstPacketMillis();
    }
    double[] early = Arrays.copyOf(millis, JUST_STARTED);
    double[] late = Arrays.copyOfRange(millis, JUST_STARTED, ROUNDS);
    Arrays.sort(late);
    seen.tell(
        "API call to first admitted packet: median %.1f ms (%.1f to %.1f in %d rounds)"
            .formatted(LabStory.median(late), late[0], late[late.length - 1], late.length));
    seen.tell(
        "in the %d rounds before them, by processes that had just started: median %.1f ms"
            .formatted(JUST_STARTED, LabStory.median(early)));
  }
}
