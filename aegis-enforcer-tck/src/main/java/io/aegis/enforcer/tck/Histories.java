package io.aegis.enforcer.tck;

import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.tck.HistoryStep.Apply;
import io.aegis.enforcer.tck.HistoryStep.Extend;
import io.aegis.enforcer.tck.HistoryStep.Lease;
import io.aegis.enforcer.tck.HistoryStep.Parcel;
import io.aegis.enforcer.tck.HistoryStep.Pass;
import io.aegis.enforcer.tck.HistoryStep.Reopen;
import io.aegis.enforcer.tck.HistoryStep.Replace;
import io.aegis.enforcer.tck.HistoryStep.Reply;
import io.aegis.enforcer.tck.HistoryStep.Send;
import io.aegis.enforcer.tck.HistoryStep.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random histories over a world so small that grants meet, share tuples and fill the room. */
final class Histories {
  static final int ROOM = 6;
  private static final int LONGEST = 25;
  private static final long MOST_IDS = 9;

  private static final List<IpAddress> CLIENTS = List.of(Sample.CLIENT, Sample.STRANGER);
  private static final List<IpAddress> SERVICES =
      List.of(IpAddress.parse("10.77.2.6"), IpAddress.parse("10.77.2.7"));
  private static final List<Target> TARGETS =
      List.of(
          Target.of(SERVICES.get(0), Protocol.TCP, 1),
          Target.of(SERVICES.get(0), Protocol.TCP, 1),
          Target.of(SERVICES.get(0), Protocol.TCP, 2),
          Target.of(SERVICES.get(1), Protocol.TCP, 1),
          Target.of(SERVICES.get(1), Protocol.UDP, 1),
          new Target(Prefix.of(SERVICES.get(0)), Protocol.ICMP_ECHO, PortRange.ANY),
          new Target(Prefix.parse("10.77.2.6/31"), Protocol.TCP, PortRange.of(1)),
          new Target(Prefix.of(SERVICES.get(1)), Protocol.UDP, new PortRange(1, 2)),
          new Target(Prefix.parse("10.77.2.6/31"), Protocol.ICMP_ECHO, PortRange.ANY),
          new Target(Prefix.parse("10.77.2.0/24"), Protocol.TCP, PortRange.ANY));
  private static final List<Target> TARGETS6 =
      List.of(
          Target.of(Sample.SERVICE6, Protocol.TCP, 1),
          new Target(Prefix.parse("fd77:2::/64"), Protocol.TCP, new PortRange(1, 1_000)));

  private Histories() {}

  /** Every frame of that world. */
  static List<Parcel> parcels() {
    var all = new ArrayList<Parcel>();
    for (IpAddress client : CLIENTS) {
      for (IpAddress service : SERVICES) {
        for (Protocol protocol : Protocol.values()) {
          all.add(new Parcel(client, service, protocol, 1));
          if (protocol.hasPorts()) {
            all.add(new Parcel(client, service, protocol, 2));
          }
        }
      }
    }
    all.add(new Parcel(Sample.CLIENT6, Sample.SERVICE6, Protocol.TCP, 1));
    return all;
  }

  /** Histories; with time in them only where it is simulated. */
  static Arbitrary<List<HistoryStep>> of(boolean timeIsSimulated) {
    var steps = new ArrayList<Tuple.Tuple2<Integer, Arbitrary<HistoryStep>>>();
    Arbitrary<Wish> wishes = wishes(timeIsSimulated);
    steps.add(Tuple.of(10, applies(wishes, timeIsSimulated)));
    steps.add(Tuple.of(3, replaces(wishes)));
    steps.add(Tuple.of(2, leases(timeIsSimulated)));
    steps.add(Tuple.of(10, Arbitraries.of(parcels()).map(Send::new)));
    steps.add(Tuple.of(5, Arbitraries.of(parcels()).map(Reply::new)));
    steps.add(Tuple.of(1, Arbitraries.just(new Reopen())));
    if (timeIsSimulated) {
      steps.add(Tuple.of(6, Arbitraries.longs().between(1, 3_000).map(Histories::pass)));
    }
    return Arbitraries.frequencyOf(steps).list().ofMaxSize(LONGEST);
  }

  private static HistoryStep pass(long millis) {
    return new Pass(Duration.ofMillis(millis));
  }

  private static Arbitrary<HistoryStep> leases(boolean timeIsSimulated) {
    Arbitrary<Duration> durations =
        timeIsSimulated
            ? Arbitraries.of(Duration.ZERO, Duration.ofSeconds(2), Duration.ofHours(1))
            : Arbitraries.of(Duration.ZERO, Duration.ofHours(1));
    return durations.map(Lease::new);
  }

  private static Arbitrary<HistoryStep> applies(Arbitrary<Wish> wishes, boolean timeIsSimulated) {
    Arbitrary<Extend> extensions =
        Combinators.combine(Arbitraries.longs().between(1, MOST_IDS), lifetimes(timeIsSimulated))
            .as(Extend::new);
    return Combinators.combine(
            Arbitraries.longs().between(1, MOST_IDS).set().ofMaxSize(2),
            wishes.list().ofMaxSize(3).uniqueElements(Wish::id),
            extensions.list().ofMaxSize(2).uniqueElements(Extend::id))
        .as((removes, upserts, extended) -> apply(List.copyOf(removes), upserts, extended));
  }

  /** An id stands once in an update. */
  private static HistoryStep apply(List<Long> removes, List<Wish> upserts, List<Extend> extended) {
    List<Wish> added = upserts.stream().filter(wish -> !removes.contains(wish.id())).toList();
    return new Apply(
        removes,
        added,
        extended.stream()
            .filter(each -> !removes.contains(each.id()))
            .filter(each -> added.stream().noneMatch(wish -> wish.id() == each.id()))
            .toList());
  }

  private static Arbitrary<HistoryStep> replaces(Arbitrary<Wish> wishes) {
    return wishes.list().ofMaxSize(ROOM + 2).uniqueElements(Wish::id).map(Replace::new);
  }

  private static Arbitrary<Duration> lifetimes(boolean timeIsSimulated) {
    return timeIsSimulated
        ? Arbitraries.longs().between(-1_000, 8_000).map(Duration::ofMillis)
        : Arbitraries.of(Duration.ofSeconds(-5), Duration.ofMinutes(30), Duration.ofHours(1));
  }

  private static Arbitrary<Wish> wishes(boolean timeIsSimulated) {
    Arbitrary<Duration> earlier =
        timeIsSimulated
            ? Arbitraries.longs().between(0, 3_000).map(Duration::ofMillis)
            : Arbitraries.of(Duration.ZERO, Duration.ofMinutes(1), Duration.ofHours(2));
    Arbitrary<Duration> idle =
        timeIsSimulated
            ? Arbitraries.longs().between(2_000, 4_000).map(Duration::ofMillis)
            : Arbitraries.just(Duration.ofHours(1));
    return Combinators.combine(
            Arbitraries.longs().between(1, MOST_IDS),
            places(),
            lifetimes(timeIsSimulated),
            earlier,
            idle.injectNull(0.5),
            Arbitraries.integers().between(0, 9))
        .as((id, place, hard, soft, limit, dice) ->
            new Wish(id, place.get1(), place.get2(), hard, soft, limit, dice == 0, dice == 1));
  }

  private static Arbitrary<Tuple.Tuple2<IpAddress, Target>> places() {
    Arbitrary<Tuple.Tuple2<IpAddress, Target>> v4 =
        Combinators.combine(Arbitraries.of(CLIENTS), Arbitraries.of(TARGETS)).as(Tuple::of);
    return Arbitraries.frequencyOf(
        Tuple.of(8, v4),
        Tuple.of(1, Arbitraries.of(TARGETS6).map(to -> Tuple.of(Sample.CLIENT6, to))));
  }
}
