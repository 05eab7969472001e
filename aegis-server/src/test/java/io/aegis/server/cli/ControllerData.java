package io.aegis.server.cli;

import io.aegis.server.pki.ControllerPki;
import io.aegis.server.pki.PkiException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** The certificates and keys that a controller's first start leaves behind. */
final class ControllerData {

  private ControllerData() {}

  /** Makes them, as a controller does, in its data directory. */
  static void make(Path data) throws PkiException {
    ControllerPki _ =
        ControllerPki.open(data.resolve("pki"), Set.of("controller.test"), Clock.systemUTC());
  }
}
