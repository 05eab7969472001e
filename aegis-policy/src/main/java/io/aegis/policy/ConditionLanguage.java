package io.aegis.policy;

/**
 * A language that conditions are written in. Implementations are safe for any number of threads.
 *
 * <p>A language that others should find is a service provider of this interface, for {@link
 * java.util.ServiceLoader}. The engine itself looks for none: it takes conditions as they are.
 */
public interface ConditionLanguage {

  /**
   * Returns what the language is called.
   *
   * @return for example {@code cel}; always the same
   */
  String name();

  /**
   * Compiles a condition.
   *
   * @param text the condition
   * @return the condition, checked as far as it can be without a request
   * @throws InvalidConditionException if it is none; it lists every mistake that was found
   */
  Condition compile(String text);
}
