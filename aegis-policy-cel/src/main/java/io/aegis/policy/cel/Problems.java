package io.aegis.policy.cel;

import dev.cel.common.CelErrorCode;
import dev.cel.common.CelException;
import org.jspecify.annotations.Nullable;

/** Says in words of ours why the interpreter could not work out a term. */
final class Problems {

  private Problems() {}

  static String of(Exception failure, RequestValues values, String place) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnfitValue unfit) {
        return unfit.problem();
      }
    }
    CelErrorCode code = failure instanceof CelException cel ? cel.getErrorCode() : null;
    Path absent = values.lastAbsent();
    return code == CelErrorCode.ATTRIBUTE_NOT_FOUND && absent != null
        ? absent + " is absent"
        : what(code) + " at " + place;
  }

  private static String what(@Nullable CelErrorCode code) {
    if (code == null) {
      return "something cannot be worked out";
    }
    return switch (code) {
      case ATTRIBUTE_NOT_FOUND -> "something is absent";
      case INDEX_OUT_OF_BOUNDS -> "a list is shorter than its index";
      case DIVIDE_BY_ZERO -> "a number is divided by zero";
      case NUMERIC_OVERFLOW -> "a number is too large";
      case OVERLOAD_NOT_FOUND, INVALID_ARGUMENT, BAD_FORMAT ->
          "a value is of another type than is needed";
      case ITERATION_BUDGET_EXCEEDED -> "a list is too long to be gone through";
      default -> "something cannot be worked out";
    };
  }
}
