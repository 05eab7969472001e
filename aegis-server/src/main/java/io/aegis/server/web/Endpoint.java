package io.aegis.server.web;

import io.aegis.server.identity.Authority;
import io.javalin.http.HandlerType;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of endpoints. There is no other way to be reachable, so nothing is reachable
 * that does not say who may.
 *
 * @param method the HTTP method
 * @param path the path, with names in braces
 * @param needs what the caller must be permitted to do; null if anyone may come, logged in or not
 * @param work what is done for those who may
 * @param failures how those are told who may not, and those for whom it did not work
 */
record Endpoint(
    HandlerType method,
    String path,
    Authority.@Nullable Action needs,
    Work work,
    Failures failures) {

  /** Does what was asked for. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @throws HttpFailure if the request is wrong
     * @throws io.aegis.server.identity.ControllerException if the controller refuses
     */
    Answer answer(Call call);
  }

  /** Tells what went wrong: in JSON, or as a page. */
  @FunctionalInterface
  interface Failures {
    /** Returns what the client sees. */
    Answer answer(HttpFailure failure);
  }

  static Endpoint get(String path, Authority.@Nullable Action needs, Work work) {
    return new Endpoint(HandlerType.GET, path, needs, work, Answer::failure);
  }

  static Endpoint post(String path, Authority.@Nullable Action needs, Work work) {
    return new Endpoint(HandlerType.POST, path, needs, work, Answer::failure);
  }

  static Endpoint put(String path, Authority.@Nullable Action needs, Work work) {
    return new Endpoint(HandlerType.PUT, path, needs, work, Answer::failure);
  }

  static Endpoint delete(String path, Authority.@Nullable Action needs, Work work) {
    return new Endpoint(HandlerType.DELETE, path, needs, work, Answer::failure);
  }

  Endpoint telling(Failures other) {
    return new Endpoint(method, path, needs, work, other);
  }

  /** Returns whether it only reads. */
  boolean isSafe() {
    return method.equals(HandlerType.GET);
  }
}
