package io.aegis.server.agent;

import io.aegis.wire.v1.ItemError;
import io.aegis.wire.v1.ItemErrorKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the local log what was refused of a controller, and rings for what no sound controller
 * sends. However much of it comes, there is a line now and then, with counts. Not thread-safe: the
 * agent's thread owns it.
 */
final class RefusalAlarms {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalAlarms.class);

  private final Rarely rarely;
  private final Map<ItemErrorKind, Integer> untold = new EnumMap<>(ItemErrorKind.class);

  RefusalAlarms(Rarely rarely) {
    this.rarely = rarely;
  }

  void tell(List<ItemError> errors) {
    if (errors.isEmpty()) {
      return;
    }
    errors.forEach(error -> untold.merge(error.getKind(), 1, Integer::sum));
    if (!rarely.is("items-refused")) {
      return;
    }
    // The words of the others may name a user's address.
    Optional<ItemError> suspicious =
        errors.stream().filter(error -> isSuspicious(error.getKind())).findFirst();
    if (untold.keySet().stream().anyMatch(RefusalAlarms::isSuspicious)) {
      LOG.error(
          "ALARM event=items-refused kinds={} for-example=\"{}\" action=\"see who controls the"
              + " controller, and whether this gateway's bounds are right\"",
          untold,
          suspicious.map(ItemError::getMessage).orElse(""));
    } else {
      LOG.warn(
          "event=items-refused kinds={} for-example=grant-{}",
          untold,
          errors.getFirst().getGrantId());
    }
    untold.clear();
  }

  private static boolean isSuspicious(ItemErrorKind kind) {
    return switch (kind) {
      case ITEM_ERROR_KIND_BAD_SIGNATURE, ITEM_ERROR_KIND_ENVELOPE, ITEM_ERROR_KIND_MALFORMED ->
          true;
      case ITEM_ERROR_KIND_UNSPECIFIED,
          ITEM_ERROR_KIND_STALE,
          ITEM_ERROR_KIND_EXHAUSTED,
          ITEM_ERROR_KIND_UNSUPPORTED,
          ITEM_ERROR_KIND_KERNEL,
          UNRECOGNIZED ->
          false;
    };
  }
}
