package io.aegis.policy.document;

import io.aegis.policy.Groups;
import io.aegis.policy.document.Draft.GroupDraft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells of groups that lie in themselves, where the reference stands that closes the circle. */
final class GroupCircles {
  private static final int LONGEST_SHOWN = 10;

  private GroupCircles() {}

  static void report(List<GroupDraft> groups, Problems problems) {
    var byName = new HashMap<String, GroupDraft>();
    groups.forEach(group -> byName.put(group.name().value(), group));
    Map<String, Set<String>> parents = new HashMap<>();
    byName.forEach((name, group) -> parents.put(name, CommonForms.names(group.in())));
    for (List<String> circle : Groups.cycles(parents)) {
      GroupDraft last = byName.get(circle.getLast());
      if (last != null) {
        report(circle, last, problems);
      }
    }
  }

  private static void report(List<String> circle, GroupDraft last, Problems problems) {
    boolean isLong = circle.size() > LONGEST_SHOWN;
    String way = String.join(" in ", isLong ? circle.subList(0, LONGEST_SHOWN) : circle);
    String first = circle.getFirst();
    last.in().stream()
        .filter(reference -> reference.value().equals(first))
        .findFirst()
        .ifPresent(closing ->
            problems.add(
                closing.place(),
                "groups lie in a circle: %s%s in %s (take one of them out)"
                    .formatted(way, isLong ? " in …" : "", first)));
  }
}
