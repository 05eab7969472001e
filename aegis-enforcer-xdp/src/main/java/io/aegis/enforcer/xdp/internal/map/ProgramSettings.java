package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.ETHERTYPES;
import static io.aegis.enforcer.xdp.internal.map.Layouts.RULE;
import static io.aegis.enforcer.xdp.internal.map.Layouts.RULES;
import static io.aegis.enforcer.xdp.internal.map.Layouts.SETTINGS;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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

/**
 * What one instance of the program is told: {@code struct aegis_settings} in its read-only data.
 *
 * @param slot number of the interface
 * @param settings of the interface
 * @param rules the static rules of the ingress direction, at most 64
 * @param hasBufferLength whether the kernel has {@code bpf_xdp_get_buff_len}
 * @param isDryRun whether to answer instead of acting
 */
public record ProgramSettings(
    int slot,
    InterfaceSettings settings,
    List<StaticRule> rules,
    boolean hasBufferLength,
    boolean isDryRun) {

  /** The variable of the program that holds these settings. */
  public static final String VARIABLE = "aegis_settings";

  private static final int AUDIT = 1;
  private static final int ACCEPT_ROUTERS = 2;
  private static final int BUFF_LEN = 4;
  private static final int DRY_RUN = 8;

  private static final int NEEDS_PORTS = 1;
  private static final int NEEDS_ESTABLISHED = 2;

  /** Makes settings. */
  public ProgramSettings {
    rules = rules.stream().filter(rule -> rule.direction() == Direction.INGRESS).toList();
    if (rules.size() > RULES) {
      throw new IllegalArgumentException(
          "at most " + RULES + " static rules fit into the program, not " + rules.size());
    }
  }

  /**
   * Returns the same settings for the twin that only answers.
   *
   * @return a copy
   */
  public ProgramSettings dryRun() {
    return new ProgramSettings(slot, settings, rules, hasBufferLength, true);
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
        write(each, target.asSlice(rule, RULE));
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
        | (hasBufferLength ? BUFF_LEN : 0)
        | (isDryRun ? DRY_RUN : 0);
  }

  private static void write(StaticRule rule, MemorySegment target) {
    Addresses.write(rule.source().address(), target, offset(RULE, "source"));
    Addresses.writeMask(rule.source(), target, offset(RULE, "source_mask"));
    Addresses.write(rule.destination().address(), target, offset(RULE, "destination"));
    Addresses.writeMask(rule.destination(), target, offset(RULE, "destination_mask"));
    writePorts(rule.sourcePorts(), target, "source_port");
    writePorts(rule.destinationPorts(), target, "destination_port");
    boolean hasPorts = !rule.sourcePorts().isAny() || !rule.destinationPorts().isAny();
    int needs = (hasPorts ? NEEDS_PORTS : 0) | (rule.established() ? NEEDS_ESTABLISHED : 0);
    int protocolMask = rule.protocol().isEmpty() ? 0 : 0xff;
    byte family = Addresses.familyNumber(rule.source().address().family());
    target.set(JAVA_BYTE, offset(RULE, "family"), family);
    target.set(JAVA_BYTE, offset(RULE, "protocol"), (byte) rule.protocol().orElse(0));
    target.set(JAVA_BYTE, offset(RULE, "protocol_mask"), (byte) protocolMask);
    target.set(JAVA_BYTE, offset(RULE, "needs"), (byte) needs);
  }

  private static void writePorts(PortRange range, MemorySegment target, String member) {
    target.set(JAVA_SHORT, offset(RULE, member + "_first"), (short) range.first());
    target.set(JAVA_SHORT, offset(RULE, member + "_last"), (short) range.last());
  }
}
