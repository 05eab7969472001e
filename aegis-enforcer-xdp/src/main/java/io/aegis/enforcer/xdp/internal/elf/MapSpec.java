package io.aegis.enforcer.xdp.internal.elf;

/**
 * A map as the source declares it; numbers as in {@code linux/bpf.h}.
 *
 * @param name its variable
 * @param type of map
 * @param keySize in bytes
 * @param valueSize in bytes
 * @param maxEntries how many elements it takes
 * @param flags with which it is made
 * @param btfKeyType type id of the key, 0 for none
 * @param btfValueType type id of the value, 0 for none
 */
public record MapSpec(
    String name,
    int type,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    int btfKeyType,
    int btfValueType) {

  /**
   * Returns this map with room for another number of elements.
   *
   * @param entries how many
   * @return a copy
   */
  public MapSpec withMaxEntries(int entries) {
    return new MapSpec(name, type, keySize, valueSize, entries, flags, btfKeyType, btfValueType);
  }
}
