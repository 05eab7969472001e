package io.aegis.server.sync;

import java.util.List;
import java.util.Optional;

/**
 * What shall be enforced, as committed. Implemented by the store. Safe for any number of threads.
 */
public interface DesiredState {

  /**
   * All grants that shall be in force at one position.
   *
   * @param position the position
   * @param grants the grants; ids are distinct
   */
  record Snapshot(Position position, List<DesiredGrant> grants) {
    /** Makes a snapshot. */
    public Snapshot {
      grants = List.copyOf(grants);
    }
  }

  /**
   * Returns the newest committed position.
   *
   * @return the position
   */
  Position position();

  /**
   * Reads everything, at one position.
   *
   * @return a consistent snapshot
   */
  Snapshot snapshot();

  /**
   * Reads the changes after a revision of the current epoch, oldest first and without gaps.
   *
   * @param revision the last revision the reader has
   * @return the changes, or empty if the log no longer covers them
   */
  Optional<List<GrantChange>> since(long revision);
}
