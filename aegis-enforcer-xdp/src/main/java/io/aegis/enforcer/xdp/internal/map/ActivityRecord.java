package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.ACTIVITY;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.spi.Activity;
import java.lang.foreign.MemorySegment;

/**
 * What the datapath wrote about one grant.
 *
 * @param lastBootNs when it last admitted a packet, boot time; 0 for never
 * @param packets how many
 * @param bytes their length
 */
record ActivityRecord(long lastBootNs, long packets, long bytes) {

  static final Codec<ActivityRecord> CODEC = new RecordCodec();

  static final Codec<Long> ID_CODEC = new IdCodec();

  static final ActivityRecord NONE = new ActivityRecord(0, 0, 0);

  Activity toActivity(BootClock clock) {
    return new Activity(packets, bytes, lastBootNs == 0 ? null : clock.toInstant(lastBootNs));
  }

  private static final class RecordCodec implements Codec<ActivityRecord> {

    private static final long LAST = offset(ACTIVITY, "last_boot_ns");
    private static final long PACKETS = offset(ACTIVITY, "packets");
    private static final long BYTES = offset(ACTIVITY, "bytes");

    @Override
    public long size() {
      return ACTIVITY.byteSize();
    }

    @Override
    public void write(ActivityRecord activity, MemorySegment target) {
      target.set(JAVA_LONG, LAST, activity.lastBootNs());
      target.set(JAVA_LONG, PACKETS, activity.packets());
      target.set(JAVA_LONG, BYTES, activity.bytes());
    }

    @Override
    public ActivityRecord read(MemorySegment source) {
      return new ActivityRecord(
          source.get(JAVA_LONG, LAST),
          source.get(JAVA_LONG, PACKETS),
          source.get(JAVA_LONG, BYTES));
    }
  }

  private static final class IdCodec implements Codec<Long> {

    @Override
    public long size() {
      return Long.BYTES;
    }

    @Override
    public void write(Long id, MemorySegment target) {
      target.set(JAVA_LONG, 0, id);
    }

    @Override
    public Long read(MemorySegment source) {
      return source.get(JAVA_LONG, 0);
    }
  }
}
