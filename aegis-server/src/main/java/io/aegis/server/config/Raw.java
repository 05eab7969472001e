package io.aegis.server.config;

import java.util.List;
import java.util.Map;

/** A value as it was written, before anybody knows which type its key has. */
sealed interface Raw {

  /** Where it was written. */
  Origin origin();

  /** What it is, for messages. */
  String what();

  /** A TOML string. */
  record Text(String text, Origin origin) implements Raw {
    @Override
    public String what() {
      return "a string";
    }
  }

  /** A TOML integer. */
  record Whole(long number, Origin origin) implements Raw {
    @Override
    public String what() {
      return "an integer";
    }
  }

  /** A TOML boolean. */
  record Truth(boolean value, Origin origin) implements Raw {
    @Override
    public String what() {
      return "a boolean";
    }
  }

  /** A TOML array. */
  record Items(List<Raw> items, Origin origin) implements Raw {
    @Override
    public String what() {
      return "an array";
    }
  }

  /** A TOML table; keys in the order written. */
  record Fields(Map<String, Raw> fields, Origin origin) implements Raw {
    @Override
    public String what() {
      return "a table";
    }
  }

  /** A TOML value of a type that no key has: a float, a date or a time. */
  record Other(String what, Origin origin) implements Raw {}

  /** Text of a variable or a flag, where everything is text. */
  record Untyped(String text, Origin origin) implements Raw {
    @Override
    public String what() {
      return "text";
    }
  }
}
