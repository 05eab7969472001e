package io.aegis.server.controller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** After any edit, what is in force is what may be in force: no more, and no less. */
final class AccessProperties {

  /** One thing that happens; the numbers choose whom and what, modulo how many there are. */
  record Event(What what, int a, int b, int c) {}

  /** What can happen. */
  enum What {
    LOGIN,
    LOGOUT,
    ACTIVATE,
    DEACTIVATE,
    GIVE_TO_ROLE,
    TAKE_FROM_ROLE,
    GIVE_TO_USER,
    TAKE_FROM_USER,
    SET_ROLE,
    DISABLE,
    ENABLE,
    RESET_PASSWORD,
    REPLACE_USER,
    DESCRIBE,
    MOVE,
    REPLACE_SERVICE,
    ADVANCE,
    LOSE_GATEWAY,
    GATEWAYS_RETURN
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 5);
    // What opens comes more often than what closes, else there is nothing to close.
    Arbitrary<What> what =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.just(What.ACTIVATE)),
            Tuple.of(
                3,
                Arbitraries.of(What.LOGIN, What.ENABLE, What.GIVE_TO_ROLE, What.GATEWAYS_RETURN)),
            Tuple.of(6, Arbitraries.of(What.class)));
    return Combinators.combine(what, number, number, number)
        .as(Event::new)
        .list()
        .ofMinSize(40)
        .ofMaxSize(80)
        .withoutEdgeCases();
  }

  @Property(tries = 15, shrinking = ShrinkingMode.BOUNDED)
  void afterEveryEvent_whatIsInForce_isWhatIsPermitted(@ForAll("histories") List<Event> history) {
    Path directory = makeDirectory();
    try (AccessWorld world = new AccessWorld(directory)) {
      for (Event event : history) {
        happen(world, event);
        world.check();
      }
      // A history that hardly opens anything says little.
      Statistics.collect(world.opened() < 2 ? "idle" : "busy");
      Statistics.coverage(each -> each.check("busy").percentage(percent -> percent > 50));
    } finally {
      delete(directory);
    }
  }

  private static void happen(AccessWorld world, Event event) {
    int a = event.a();
    int b = event.b();
    switch (event.what()) {
      case LOGIN -> world.login(a);
      case LOGOUT -> world.logout(a);
      case ACTIVATE -> world.activate(a, b, event.c());
      case DEACTIVATE -> world.deactivate(a, b);
      case GIVE_TO_ROLE -> world.giveToRole(a, b);
      case TAKE_FROM_ROLE -> world.takeFromRole(a, b);
      case GIVE_TO_USER -> world.giveToUser(a, b);
      case TAKE_FROM_USER -> world.takeFromUser(a, b);
      case SET_ROLE -> world.setRole(a, b);
      case DISABLE -> world.setActive(a, false);
      case ENABLE -> world.setActive(a, true);
      case RESET_PASSWORD -> world.resetPassword(a);
      case REPLACE_USER -> world.replaceUser(a);
      case DESCRIBE -> world.describe(a);
      case MOVE -> world.move(a, b);
      case REPLACE_SERVICE -> world.replaceService(a);
      case ADVANCE -> world.advance(1 + a * b * 20);
      case LOSE_GATEWAY -> world.loseGateway(a);
      case GATEWAYS_RETURN -> world.gatewaysReturn();
    }
  }

  private static Path makeDirectory() {
    try {
      return Files.createTempDirectory("aegis-access");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
