package io.aegis.server.agent;

import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.Health;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.TelemetryCredit;
import io.aegis.wire.v1.TelemetryMessage;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what grants have seen, once a second, as far as the controller's credit goes. What could
 * not be sent goes with the next report. Not thread-safe: the agent's thread owns it.
 */
final class Reporter {

  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

  private static final int ACTIVITIES_PER_MESSAGE = 5_000;

  private final Enforcer enforcer;
  private final ControllerLink link;
  private final String session;
  private final Supplier<Health> health;
  private final Map<GrantId, Activity> reported = new HashMap<>();
  private @Nullable ClientCallStreamObserver<TelemetryMessage> stream;
  private long credit;

  /**
   * Makes a reporter that has told nothing yet.
   *
   * @param health what was last seen of the enforcer's health
   */
  Reporter(Enforcer enforcer, ControllerLink link, String session, Supplier<Health> health) {
    this.enforcer = enforcer;
    this.link = link;
    this.session = session;
    this.health = health;
  }

  /** Sends a report. A stream that has ended is opened anew, and everything is told again. */
  void report() {
    if (stream == null) {
      reported.clear();
      credit = 0;
      var fresh = (ClientCallStreamObserver<TelemetryMessage>) link.stub().telemetry(new Credits());
      stream = fresh;
    }
    // What a controller gives credit for and never reads would pile up here.
    if (credit <= 0 || !stream.isReady()) {
      return;
    }
    var message = TelemetryMessage.newBuilder().setSession(session);
    message.addAllProblems(health.get().problems());
    Map<GrantId, Activity> now = enforcer.activity();
    reported.keySet().retainAll(now.keySet());
    for (Map.Entry<GrantId, Activity> entry : now.entrySet()) {
      if (message.getActivitiesCount() == ACTIVITIES_PER_MESSAGE) {
        break;
      }
      Activity activity = entry.getValue();
      if (!activity.equals(reported.getOrDefault(entry.getKey(), Activity.NONE))) {
        reported.put(entry.getKey(), activity);
        message.addActivities(encode(entry.getKey(), activity));
      }
    }
    credit--;
    stream.onNext(message.build());
  }

  private static io.aegis.wire.v1.Activity encode(GrantId id, Activity activity) {
    var message =
        io.aegis.wire.v1.Activity.newBuilder()
            .setGrantId(id.value())
            .setPackets(activity.packets())
            .setBytes(activity.bytes());
    activity.lastAdmitted().ifPresent(at -> message.setLastAdmittedAt(WireCodec.encode(at)));
    return message.build();
  }

  private final class Credits implements StreamObserver<TelemetryCredit> {
    @Override
    public void onNext(TelemetryCredit more) {
      credit += Integer.toUnsignedLong(more.getMessages());
    }

    @Override
    public void onError(Throwable t) {
      LOG.debug(
          "controller={} event=telemetry-ended status={}", link.label(), Status.fromThrowable(t));
      stream = null;
    }

    @Override
    public void onCompleted() {
      stream = null;
    }
  }
}
