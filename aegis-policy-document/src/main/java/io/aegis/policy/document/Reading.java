package io.aegis.policy.document;

import io.aegis.policy.ConditionLanguage;
import io.aegis.policy.document.Node.Scalar;
import java.util.Map;

/**
 * What forms need while they read one document.
 *
 * @param source the document
 * @param problems where mistakes are told
 * @param languages the languages of conditions, by name
 */
record Reading(SourceText source, Problems problems, Map<String, ConditionLanguage> languages) {

  /** Returns where a character of a scalar stands. */
  Place placeOf(Scalar scalar, int offset) {
    return ScalarPlaces.find(source, scalar, offset);
  }
}
