package io.aegis.server.sync;

import io.aegis.wire.v1.ControllerMessage;
import io.grpc.Status;

/** The way to one agent. Called by one thread at a time; never blocks. */
interface Outbound {

  /** Whether more can be sent without piling up; when it turns true, the session is told. */
  boolean isReady();

  /** Whether the agent has gone: nothing sent from now on arrives. */
  boolean isGone();

  /** Sends a message, or does nothing if the stream has ended. */
  void send(ControllerMessage message);

  /** Ends the stream. Ending twice is harmless. */
  void end(Status status);
}
