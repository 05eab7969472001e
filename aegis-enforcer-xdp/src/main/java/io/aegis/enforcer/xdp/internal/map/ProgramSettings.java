package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.ETHERTYPES;
import static io.aegis.enforcer.xdp.internal.map.Layouts.RULE;
import static io.aegis.enforcer.xdp.internal.map.Layouts.RULES;
import static io.aegis.enforcer.xdp.internal.map.Layouts.SETTINGS;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.aegis.api.EnforcementMode;
import io.aegis.api.PortRange;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;

/**
 * What one instance of the program is told: {@code struct aegis_settings} in its read-only data.
 *
 * @param slot number of the interface
 * @param way which frames the program sees
 * @param settings of the interface
 * @param rules the static rules that concern this direction, at most 64
 * @param traits what else the program is told
 */
public record ProgramSettings(
    int slot,
    Direction way,
    InterfaceSettings settings,
    List<StaticRule> rules,
    Set<Trait> traits) {

  /** What a program is told besides. */
  public enum Trait {
    /** The kernel has {@code bpf_xdp_get_buff_len}. */
    BUFFER_LENGTH(4),
    /** Answer instead of acting. */
    DRY_RUN(8),
    /** Frames are filtered both ways, so that idle time counts both. */
    BOTH_WAYS(16);

    private final int flag;

    Trait(int flag) {
      this.flag = flag;
    }
  }

  /** The variable of the program that holds these settings. */
  public static final String VARIABLE = "aegis_settings";

  private static final int AUDIT = 1;
  private static final int ACCEPT_ROUTERS = 2;

  private static final int NEEDS_PORTS = 1;
  private static final int NEEDS_ESTABLISHED = 2;
  private static final int NEEDS_REPLY = 32;

  /** Makes settings. */
  public ProgramSettings {
    traits = Set.copyOf(traits);
    if (way == Direction.INGRESS) {
      rules = rules.stream().filter(rule -> rule.direction() == Direction.INGRESS).toList();
    } else {
      rules = List.copyOf(rules); // those of the other direction let their answers out
    }
    if (rules.size() > RULES) {
      throw new IllegalArgumentException(
          "at most " + RULES + " static rules fit into the program, not " + rules.size());
    }
  }

  /**
   * Returns the same settings for the twin that only answers.
   *
   * @param bytes of the C struct
   * @return a copy
   */
  public static byte[] dryRun(byte[] bytes) {
    byte[] copy = bytes.clone();
    MemorySegment target = MemorySegment.ofArray(copy);
    long at = offset(SETTINGS, "flags");
    target.set(JAVA_INT_UNALIGNED, at, target.get(JAVA_INT_UNALIGNED, at) | Trait.DRY_RUN.flag);
    return copy;
  }

  /**
   * Returns the bytes of the C struct.
   *
   * @return as many as {@code struct aegis_settings} has
   */
  public byte[] bytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(SETTINGS);
      target.set(JAVA_INT, offset(SETTINGS, "interface_slot"), slot);
      target.set(JAVA_INT, offset(SETTINGS, "flags"), flags());
      target.set(JAVA_INT, offset(SETTINGS, "rule_count"), rules.size());
      long etherType = offset(SETTINGS, "ethertype");
      for (LinkControl protocol : settings.linkControl()) {
        target.set(Addresses.BE16, etherType, (short) protocol.etherType());
        etherType += Addresses.BE16.byteSize();
      }
      long rule = offset(SETTINGS, "rule");
      for (StaticRule each : rules) {
        write(each, each.direction() != way, target.asSlice(rule, RULE));
        rule += RULE.byteSize();
      }
      return target.toArray(JAVA_BYTE);
    }
  }

  static {
    if (LinkControl.values().length > ETHERTYPES) {
      throw new AssertionError("aegis_layout.h has room for " + ETHERTYPES + " EtherTypes");
    }
  }

  private int flags() {
    return (settings.mode() == EnforcementMode.AUDIT ? AUDIT : 0)
        | (settings.acceptRouters() ? ACCEPT_ROUTERS : 0)
        | traits.stream().mapToInt(trait -> trait.flag).sum();
  }

  /**
   * Writes a rule, or the one that its answers match. The programs know ends by what they are, not
   * by the way that a frame goes: what arrives is sent by a client, and so are its answers sent to.
   */
  private static void write(StaticRule rule, boolean isAnswer, MemorySegment target) {
    boolean leaves = rule.direction() == Direction.EGRESS;
    String from = leaves ? "service" : "client";
    String to = leaves ? "client" : "service";
    Addresses.write(rule.source().address(), target, offset(RULE, from));
    Addresses.writeMask(rule.source(), target, offset(RULE, from + "_mask"));
    Addresses.write(rule.destination().address(), target, offset(RULE, to));
    Addresses.writeMask(rule.destination(), target, offset(RULE, to + "_mask"));
    writePorts(rule.sourcePorts(), target, from + "_port");
    writePorts(rule.destinationPorts(), target, to + "_port");
    int protocolMask = rule.protocol().isEmpty() ? 0 : 0xff;
    byte family = Addresses.familyNumber(rule.source().address().family());
    target.set(JAVA_BYTE, offset(RULE, "family"), family);
    target.set(JAVA_BYTE, offset(RULE, "protocol"), (byte) rule.protocol().orElse(0));
    target.set(JAVA_BYTE, offset(RULE, "protocol_mask"), (byte) protocolMask);
    target.set(JAVA_BYTE, offset(RULE, "needs"), (byte) needs(rule, isAnswer));
  }

  /**
   * What a rule asks besides. Where only what is established may arrive, this side opens the
   * connections, and so may send whatever it likes; else it may only answer.
   */
  private static int needs(StaticRule rule, boolean isAnswer) {
    boolean hasPorts = !rule.sourcePorts().isAny() || !rule.destinationPorts().isAny();
    int ports = hasPorts ? NEEDS_PORTS : 0;
    if (isAnswer) {
      return ports | (rule.established() ? 0 : NEEDS_REPLY);
    }
    return ports | (rule.established() ? NEEDS_ESTABLISHED : 0);
  }

  private static void writePorts(PortRange range, MemorySegment target, String member) {
    target.set(JAVA_SHORT, offset(RULE, member + "_first"), (short) range.first());
    target.set(JAVA_SHORT, offset(RULE, member + "_last"), (short) range.last());
  }
}
