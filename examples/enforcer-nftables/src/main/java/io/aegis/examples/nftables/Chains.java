package io.aegis.examples.nftables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chains under construction, in the order in which they were begun. Not thread-safe. */
final class Chains {
  private final Map<String, List<String>> rules = new LinkedHashMap<>();

  /** Begins a chain, so that others may go there. */
  void begin(String chain) {
    rules.computeIfAbsent(chain, _ -> new ArrayList<>());
  }

  void add(String chain, String... added) {
    begin(chain);
    rules.getOrDefault(chain, List.of()).addAll(List.of(added));
  }

  void addAll(String chain, List<String> added) {
    add(chain, added.toArray(String[]::new));
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    rules.forEach((chain, lines) -> {
      text.append("chain ").append(chain).append(" {\n");
      lines.forEach(line -> text.append(line).append('\n'));
      text.append("}\n");
    });
    return text.toString();
  }
}
