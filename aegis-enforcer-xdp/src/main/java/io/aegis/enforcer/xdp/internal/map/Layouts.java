package io.aegis.enforcer.xdp.internal.map;

import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The structs of {@code bpf/aegis_layout.h}, under the names they have there. Network order is in
 * the types. A test compares size and every offset with the type information of the object.
 */
public final class Layouts {

  /** {@code AEGIS_LAYOUT_VERSION}: maps of a version not known here are not touched. */
  public static final long VERSION = 3;

  /** {@code AEGIS_SLOTS}. */
  public static final int SLOTS = 4;

  /** {@code AEGIS_SEEDS}. */
  public static final int SEEDS = 12;

  /** {@code AEGIS_RULES}. */
  public static final int RULES = 64;

  /** {@code AEGIS_WIDTHS}. */
  public static final int WIDTHS_OF_FAMILY = 32;

  /** {@code AEGIS_ETHERTYPES}. */
  public static final int ETHERTYPES = 4;

  /** {@code AEGIS_INTERFACES}. */
  public static final int INTERFACES = 32;

  /** {@code AEGIS_DIRECTIONS}. */
  public static final int DIRECTIONS = 2;

  /** {@code AEGIS_REASONS}. */
  public static final int REASONS = 32;

  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfShort BE16 = U16.withOrder(ByteOrder.BIG_ENDIAN);
  private static final MemoryLayout ADDRESS =
      sequenceLayout(2, U64.withOrder(ByteOrder.BIG_ENDIAN));

  /** What a grant is found by. */
  public static final StructLayout GRANT_KEY =
      structLayout(
              ADDRESS.withName("client"),
              ADDRESS.withName("service"),
              BE16.withName("port"),
              U8.withName("protocol"),
              U8.withName("family"),
              U32.withName("flags"))
          .withName("aegis_grant_key");

  /** One grant. */
  public static final StructLayout RECORD =
      structLayout(
              GRANT_KEY.withName("key"),
              U64.withName("hard_boot_ns"),
              U64.withName("soft_boot_ns"),
              U32.withName("idle_ms"),
              U16.withName("port_first"),
              U16.withName("port_last"),
              U64.withName("in_boot_ns"),
              U64.withName("id"),
              U64.withName("hard_unix_ms"),
              U64.withName("soft_unix_ms"),
              U64.withName("generation"),
              U64.withName("out_boot_ns"),
              U64.withName("packets"),
              U64.withName("bytes"))
          .withName("aegis_record");

  /** Eight slots. */
  public static final StructLayout LINE =
      structLayout(sequenceLayout(8, U64).withName("slot")).withName("aegis_line");

  /** How the table is addressed. */
  public static final StructLayout TABLE =
      structLayout(
              sequenceLayout(SEEDS, U64).withName("seed"),
              U64.withName("ipv4_sum"),
              U32.withName("line_mask"),
              U32.withName("filter_mask"))
          .withName("aegis_table");

  /** The widths of the wide targets of one family. */
  public static final StructLayout FAMILY_WIDTHS =
      structLayout(U64.withName("used"), sequenceLayout(WIDTHS_OF_FAMILY, U64).withName("width"))
          .withName("aegis_family_widths");

  /** The widths of wide targets. */
  public static final StructLayout WIDTHS =
      structLayout(sequenceLayout(2, FAMILY_WIDTHS).withName("of")).withName("aegis_widths");

  /** What to add to the coarse clock, on one CPU. */
  public static final StructLayout CLOCK =
      structLayout(U64.withName("checked_ns"), U64.withName("offset_ns")).withName("aegis_clock");

  /** One reason on one interface in one direction, on one CPU. */
  public static final StructLayout COUNTER =
      structLayout(
              U64.withName("packets"),
              U64.withName("bytes"),
              U64.withName("audit_packets"),
              U64.withName("audit_bytes"))
          .withName("aegis_counter");

  /** One per instance. */
  public static final StructLayout STATE =
      structLayout(
              U64.withName("layout_version"),
              U64.withName("lease_until_boot_ns"),
              U64.withName("owner"),
              U64.withName("wall_offset_ns"),
              U64.withName("events"))
          .withName("aegis_state");

  /** A drop that is told of. */
  public static final StructLayout EVENT =
      structLayout(
              ADDRESS.withName("source"),
              ADDRESS.withName("destination"),
              U64.withName("boot_ns"),
              U64.withName("unreported"),
              U32.withName("interface_slot"),
              U16.withName("source_port"),
              U16.withName("destination_port"),
              U8.withName("reason"),
              U8.withName("direction"),
              U8.withName("family"),
              U8.withName("protocol"),
              U8.withName("has_ports"),
              sequenceLayout(3, U8).withName("reserved"))
          .withName("aegis_event");

  /** How much was told, on one CPU. */
  public static final StructLayout EVENT_LIMIT =
      structLayout(
              U64.withName("window_ns"),
              U64.withName("reported"),
              U64.withName("unreported"),
              U64.withName("listener"))
          .withName("aegis_event_limit");

  /** An IPv6 address of this host. */
  public static final StructLayout OWN_KEY =
      structLayout(ADDRESS.withName("address")).withName("aegis_own_key");

  /** A static rule. */
  public static final StructLayout RULE =
      structLayout(
              ADDRESS.withName("client"),
              ADDRESS.withName("client_mask"),
              ADDRESS.withName("service"),
              ADDRESS.withName("service_mask"),
              U16.withName("client_port_first"),
              U16.withName("client_port_last"),
              U16.withName("service_port_first"),
              U16.withName("service_port_last"),
              U8.withName("family"),
              U8.withName("protocol"),
              U8.withName("protocol_mask"),
              U8.withName("needs"),
              sequenceLayout(4, U8).withName("reserved"))
          .withName("aegis_rule");

  /** Settings of one interface. */
  public static final StructLayout SETTINGS =
      structLayout(
              U32.withName("interface_slot"),
              U32.withName("flags"),
              U32.withName("rule_count"),
              U32.withName("reserved"),
              sequenceLayout(ETHERTYPES, BE16).withName("ethertype"),
              sequenceLayout(RULES, RULE).withName("rule"))
          .withName("aegis_settings");

  /** All of them, for the test. */
  static final List<StructLayout> ALL =
      List.of(
          GRANT_KEY,
          RECORD,
          LINE,
          TABLE,
          FAMILY_WIDTHS,
          WIDTHS,
          CLOCK,
          COUNTER,
          STATE,
          EVENT,
          EVENT_LIMIT,
          OWN_KEY,
          RULE,
          SETTINGS);

  private Layouts() {}

  /**
   * Returns where a member stands.
   *
   * @param layout of the struct
   * @param member its name
   * @return bytes from the beginning
   */
  public static long offset(StructLayout layout, String member) {
    return layout.byteOffset(PathElement.groupElement(member));
  }
}
