package io.aegis.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Groups whose members may be groups. It resolves what a {@link Principal} holds: every group that
 * somebody is in, be it through another one. Immutable, and safe for any number of threads.
 */
public final class Groups {

  private final Map<String, Set<String>> parents;

  private Groups(Map<String, Set<String>> parents) {
    this.parents = parents;
  }

  /**
   * Makes groups.
   *
   * @param parents for each group that is a member of others, those others; a group that is in none
   *     need not be listed
   * @return the groups
   * @throws IllegalArgumentException if a group is not a name, or if groups contain themselves; it
   *     lists every such mistake, and the way around
   */
  public static Groups of(Map<String, Set<String>> parents) {
    Map<String, Set<String>> copy = new HashMap<>();
    Names.requireKeys(parents, "a group")
        .forEach((group, of) -> copy.put(group, Names.requireAll(of, "a group")));
    List<List<String>> cycles = cycles(copy);
    if (!cycles.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("\n", cycles.stream().map(Groups::text).toList()));
    }
    return new Groups(Map.copyOf(copy));
  }

  private static String text(List<String> cycle) {
    return "group '" + String.join("' is in '", cycle) + "' is in '" + cycle.getFirst() + "'";
  }

  /**
   * Finds groups that contain themselves.
   *
   * @param parents for each group, the groups that it is a member of
   * @return some cycles, none twice, each as the groups on the way around; empty exactly if no
   *     group contains itself. Cycles that share groups with one of these may be missing
   */
  public static List<List<String>> cycles(Map<String, Set<String>> parents) {
    Set<String> suspects = suspects(parents);
    var cycles = new ArrayList<List<String>>();
    var seen = new HashSet<String>();
    for (String start : new TreeSet<>(suspects)) {
      var way = new LinkedHashSet<String>();
      String at = start;
      while (seen.add(at)) {
        way.add(at);
        at = next(parents.getOrDefault(at, Set.of()), suspects);
      }
      if (way.contains(at)) {
        List<String> steps = List.copyOf(way);
        cycles.add(steps.subList(steps.indexOf(at), steps.size()));
      }
    }
    return List.copyOf(cycles);
  }

  /** Every suspect is in another suspect: that is what is left of them. */
  private static String next(Set<String> parents, Set<String> suspects) {
    return parents.stream().filter(suspects::contains).min(String::compareTo).orElseThrow();
  }

  /** Returns what is left when groups that are in no group that is left are taken away. */
  private static Set<String> suspects(Map<String, Set<String>> parents) {
    Map<String, List<String>> children = new HashMap<>();
    Map<String, Integer> open = new HashMap<>();
    parents.forEach((group, of) -> {
      open.put(group, of.size());
      of.forEach(parent -> children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(group));
    });
    children.keySet().forEach(group -> open.putIfAbsent(group, 0));
    var free = new ArrayDeque<String>();
    open.forEach((group, count) -> {
      if (count == 0) {
        free.add(group);
      }
    });
    var suspects = new HashSet<>(open.keySet());
    while (!free.isEmpty()) {
      String group = free.remove();
      suspects.remove(group);
      for (String child : children.getOrDefault(group, List.of())) {
        if (open.merge(child, -1, Integer::sum) == 0) {
          free.add(child);
        }
      }
    }
    return suspects;
  }

  /**
   * Returns every group that a member of some groups is in.
   *
   * @param direct the groups somebody is listed in; one that is not known here stands for itself
   * @return those, and every group that contains one of them at any depth
   */
  public Set<String> resolve(Set<String> direct) {
    var resolved = new HashSet<>(direct);
    var next = new ArrayDeque<>(direct);
    while (!next.isEmpty()) {
      for (String parent : parents.getOrDefault(next.remove(), Set.of())) {
        if (resolved.add(parent)) {
          next.add(parent);
        }
      }
    }
    return Set.copyOf(resolved);
  }
}
