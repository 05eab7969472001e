/** A policy as a YAML document. Conditions are read by languages found by ServiceLoader. */
@org.jspecify.annotations.NullMarked
module io.aegis.policy.document {
  requires transitive io.aegis.policy;
  requires static transitive org.jspecify;
  requires org.snakeyaml.engine;

  exports io.aegis.policy.document;

  uses io.aegis.policy.ConditionLanguage;
}
