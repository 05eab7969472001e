package io.aegis.policy;

/**
 * A condition of a rule, compiled. An implementation is immutable, safe for any number of threads,
 * and decides from the request alone: the same request gets the same result.
 *
 * <p>Whatever an implementation throws, and a result that is over when it is made, the engine takes
 * for {@link ConditionResult.Undecidable}: a mistake in a condition closes, it never opens.
 *
 * <p>Implementations override {@code equals} and {@code hashCode}: two conditions are equal if
 * their languages and their texts are.
 */
public interface Condition {

  /**
   * Returns the language that {@link #text} is written in.
   *
   * @return the name of its {@link ConditionLanguage}
   */
  String language();

  /**
   * Returns the condition as it was written.
   *
   * @return what {@link ConditionLanguage#compile} made this of
   */
  String text();

  /**
   * Decides whether the condition holds.
   *
   * @param request who asks for what, from where and when
   * @return the result, and until when it stands
   */
  ConditionResult evaluate(AccessRequest request);
}
