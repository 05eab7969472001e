package io.aegis.enforcer.xdp.internal.elf;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads map declarations out of type information. The macros {@code __uint} and {@code __type} of
 * {@code bpf_helpers.h} encode numbers as lengths of arrays and types as pointers to them.
 */
final class MapDefinitions {

  private MapDefinitions() {}

  static Map<String, MapSpec> of(Btf btf, String section) {
    var maps = new LinkedHashMap<String, MapSpec>();
    for (Btf.Variable variable : btf.dataSection(section)) {
      maps.put(variable.name(), read(btf, variable));
    }
    return maps;
  }

  private static MapSpec read(Btf btf, Btf.Variable variable) {
    var numbers = new LinkedHashMap<String, Integer>();
    for (Btf.Member member : btf.members(variable.type())) {
      int pointee = btf.target(member.type());
      switch (member.name()) {
        case "type", "max_entries", "map_flags", "key_size", "value_size" ->
            numbers.put(member.name(), btf.arrayLength(pointee));
        case "key", "value" -> {
          numbers.put(member.name(), pointee);
          numbers.put(member.name() + "_size", btf.size(pointee));
        }
        default ->
            throw new BadObjectException(
                "map " + variable.name() + ": '" + member.name() + "' is not known here");
      }
    }
    return new MapSpec(
        variable.name(),
        numbers.getOrDefault("type", 0),
        numbers.getOrDefault("key_size", 0),
        numbers.getOrDefault("value_size", 0),
        numbers.getOrDefault("max_entries", 0),
        numbers.getOrDefault("map_flags", 0),
        numbers.getOrDefault("key", 0),
        numbers.getOrDefault("value", 0));
  }
}
