package io.aegis.policy;

import java.util.Map;

/**
 * The device that a principal asks from, as far as somebody observed it.
 *
 * @param id what never changes and is never given to another device
 * @param facts what is known of it: operating system, version, patch level, disk encryption, …; by
 *     names such as {@code os_version}, possibly none
 */
public record Device(String id, Map<String, Fact> facts) {

  /**
   * Makes a device.
   *
   * @throws IllegalArgumentException if the id or the name of a fact is not a name
   */
  public Device {
    Names.require(id, "a device id");
    facts = Names.requireKeys(facts, "a fact");
  }
}
