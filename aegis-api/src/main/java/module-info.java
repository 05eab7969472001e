/**
 * The vocabulary of Aegis: validated, immutable records that every other module speaks. No
 * dependency but JSpecify's annotations.
 */
@org.jspecify.annotations.NullMarked
module io.aegis.api {
  requires static transitive org.jspecify;

  exports io.aegis.api;
}
