package io.aegis.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a policy, found by what they are about and whom.
 *
 * <p>Users, roles and groups have numbers. For everything that rules are about there is a small
 * hash table of the numbers that it has rules for; all these tables are slices of the same arrays.
 * So a request costs one look-up by name for the user and for each role and group, and then, for
 * the service and each of its tags, one look at one int for each of those: what is looked at is
 * close together, however many rules there are. What kinds of rules there are is a part of that
 * int; the rules themselves are touched only where they have conditions, or when somebody asks for
 * reasons.
 */
final class RuleIndex {

  /** A quarter of the slots is used at most: the first look mostly settles it. */
  private static final int SLOTS_FOR_KEY = 4;

  // The golden ratio spreads numbers that are next to each other.
  private static final int SPREAD = 0x9E3779B9;

  /** The bits of {@link RuleMatch#kinds} in a word. */
  private static final int KIND_BITS = 4;

  private static final int KINDS = (1 << KIND_BITS) - 1;

  private final Numbers users;
  private final Numbers roles;
  private final Numbers groups;

  /**
   * For each thing that rules are about, where its slice begins, and how many bits of a hash it has
   * no use for.
   */
  private final Map<What, int[]> slices = new HashMap<>();

  /** For each slot the number and, below it, what kinds of rules there are; 0 if it is free. */
  private final int[] words;

  /** For each slot its rules; null if it is free. */
  private final @Nullable RuleMatch[] matches;

  private RuleIndex(Naming naming, int slots) {
    users = new Numbers(naming.users);
    roles = new Numbers(naming.roles);
    groups = new Numbers(naming.groups);
    words = new int[slots];
    matches = new RuleMatch[slots];
  }

  static RuleIndex of(Collection<Rule> rules) {
    var naming = new Naming();
    var tables = new LinkedHashMap<What, Map<Integer, RuleMatch.Builder>>();
    for (Rule rule : rules) {
      tables
          .computeIfAbsent(rule.what(), _ -> new LinkedHashMap<>())
          .computeIfAbsent(naming.number(rule.who()), _ -> new RuleMatch.Builder())
          .add(rule);
    }
    int slots = tables.values().stream().mapToInt(RuleIndex::slots).reduce(0, Math::addExact);
    var index = new RuleIndex(naming, slots);
    int begin = 0;
    for (var table : tables.entrySet()) {
      int[] slice = {begin, Integer.numberOfLeadingZeros(slots(table.getValue())) + 1};
      index.slices.put(table.getKey(), slice);
      table.getValue().forEach((number, rule) -> index.put(slice, number, rule.build()));
      begin += slots(table.getValue());
    }
    return index;
  }

  private static int slots(Map<Integer, RuleMatch.Builder> table) {
    return Integer.highestOneBit(table.size() * SLOTS_FOR_KEY - 1) << 1;
  }

  /** Gives numbers, from 1. */
  private static final class Naming {
    private final Map<String, Integer> users = new HashMap<>();
    private final Map<String, Integer> roles = new HashMap<>();
    private final Map<String, Integer> groups = new HashMap<>();

    int number(Who who) {
      int next = users.size() + roles.size() + groups.size() + 1;
      @Nullable Integer known =
          switch (who) {
            case Who.User(String id) -> users.putIfAbsent(id, next);
            case Who.Role(String name) -> roles.putIfAbsent(name, next);
            case Who.Group(String name) -> groups.putIfAbsent(name, next);
          };
      return known == null ? next : known;
    }
  }

  private void put(int[] slice, int number, RuleMatch match) {
    int slot = slot(slice[0], slice[1], number);
    words[slot] = number << KIND_BITS | match.kinds();
    matches[slot] = match;
  }

  /** Returns where a number is, or the free slot where it would be. */
  private int slot(int begin, int shift, int number) {
    int at = (number * SPREAD) >>> shift;
    while (true) {
      int word = words[begin + at];
      if (word == 0 || word >>> KIND_BITS == number) {
        return begin + at;
      }
      at = at + 1 & -1 >>> shift;
    }
  }

  /** Returns the slices of a service: those of its own and of its tags, as a sequence of pairs. */
  int[] slices(Service service) {
    Stream<What> tags = service.tags().stream().map(What::tag);
    int[][] found =
        Stream.concat(Stream.of(What.service(service.id())), tags)
            .flatMap(what -> Stream.ofNullable(slices.get(what)))
            .toArray(int[][]::new);
    int[] flat = new int[2 * found.length];
    for (int i = 0; i < found.length; i++) {
      flat[2 * i] = found[i][0];
      flat[2 * i + 1] = found[i][1];
    }
    return flat;
  }

  /** Returns the kinds of all rules about a principal in some slices. */
  int kinds(int[] of, Principal principal) {
    if (of.length == 0) {
      return 0;
    }
    int found = kinds(of, users.get(principal.id()));
    for (String role : principal.roles()) {
      found |= kinds(of, roles.get(role));
    }
    for (String group : principal.groups()) {
      found |= kinds(of, groups.get(group));
    }
    return found & KINDS;
  }

  private int kinds(int[] of, int number) {
    int found = 0;
    if (number != 0) {
      for (int i = 0; i < of.length; i += 2) {
        int word = words[of[i] + ((number * SPREAD) >>> of[i + 1])];
        // A free slot adds nothing, so it need not be told from a find: one jump for both, rarely
        // taken, where two would be as good as random.
        int other = (word >>> KIND_BITS) ^ number;
        if (Math.multiplyFull(word, other) != 0) {
          word = words[slot(of[i], of[i + 1], number)];
        }
        found |= word;
      }
    }
    return found;
  }

  /** Returns all rules about a principal in some slices. */
  RuleMatch match(int[] of, Principal principal) {
    var found = new ArrayList<RuleMatch>();
    addMatches(of, users.get(principal.id()), found);
    for (String role : principal.roles()) {
      addMatches(of, roles.get(role), found);
    }
    for (String group : principal.groups()) {
      addMatches(of, groups.get(group), found);
    }
    return RuleMatch.all(found);
  }

  private void addMatches(int[] of, int number, List<RuleMatch> found) {
    if (number != 0) {
      for (int i = 0; i < of.length; i += 2) {
        @Nullable RuleMatch match = matches[slot(of[i], of[i + 1], number)];
        if (match != null) {
          found.add(match);
        }
      }
    }
  }
}
