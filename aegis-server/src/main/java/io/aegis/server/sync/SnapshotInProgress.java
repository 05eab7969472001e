package io.aegis.server.sync;

import java.util.List;

/** A snapshot that is being sent, chunk by chunk as the agent can take them. Not thread-safe. */
final class SnapshotInProgress {

  /** The most resources in one chunk. */
  static final int CHUNK = 500;

  /**
   * One chunk.
   *
   * @param revision the revision of the whole
   * @param index its place, from 0
   * @param last whether it completes the snapshot
   * @param puts its grants
   */
  record Chunk(long revision, int index, boolean last, List<GrantChange.Put> puts) {}

  private final long revision;
  private final List<GrantChange.Put> puts;
  private int next;

  SnapshotInProgress(long revision, List<DesiredGrant> grants) {
    this.revision = revision;
    // Sealed at the snapshot's revision: what was removed before it cannot be among them.
    this.puts = grants.stream().map(desired -> new GrantChange.Put(revision, desired)).toList();
  }

  Chunk nextChunk() {
    int from = next * CHUNK;
    int to = Math.min(from + CHUNK, puts.size());
    return new Chunk(revision, next++, to == puts.size(), puts.subList(from, to));
  }

  Flight flight(long serial) {
    return new Flight(serial, revision, true, List.of(), puts, List.of());
  }
}
