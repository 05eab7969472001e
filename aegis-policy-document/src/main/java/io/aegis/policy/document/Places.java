package io.aegis.policy.document;

import java.util.List;
import java.util.Map;

/**
 * Where the parts of a document stand. What was not read from a document stands at its beginning.
 *
 * @param services by id
 * @param rules by id
 * @param tests in their order
 */
record Places(Map<String, Place> services, Map<String, Place> rules, List<Place> tests) {

  /** For what was not read. */
  static final Places NONE = new Places(Map.of(), Map.of(), List.of());

  /** Makes places. */
  Places {
    services = Map.copyOf(services);
    rules = Map.copyOf(rules);
    tests = List.copyOf(tests);
  }

  Place ofService(String id) {
    return services.getOrDefault(id, Place.START);
  }

  Place ofRule(String id) {
    return rules.getOrDefault(id, Place.START);
  }

  Place ofTest(int index) {
    return index < tests.size() ? tests.get(index) : Place.START;
  }
}
