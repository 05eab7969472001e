package io.aegis.server.config;

import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of values that keys have. */
final class Types {

  static final Scalar<String> STRING =
      new Scalar<>("string", Scalar.Form.STRING, Function.identity(), Function.identity());

  static final Scalar<Boolean> BOOLEAN =
      new Scalar<>("boolean", Scalar.Form.BOOLEAN, Types::parseBoolean, String::valueOf);

  static final Scalar<Duration> DURATION =
      new Scalar<>("duration", Scalar.Form.STRING, DurationText::parse, DurationText::format);

  static final Scalar<Path> PATH =
      new Scalar<>("path", Scalar.Form.PATH, Types::parsePath, Path::toString);

  static final Scalar<SecretFile> SECRET_FILE =
      new Scalar<>(
          "path of a secret",
          Scalar.Form.PATH,
          text -> new SecretFile(parsePath(text)),
          secret -> secret.path().toString());

  static final Scalar<InetSocketAddress> LISTEN =
      new Scalar<>(
          "address:port", Scalar.Form.STRING, AddressText::parseListen, AddressText::format);

  static final Scalar<InetSocketAddress> ENDPOINT =
      new Scalar<>(
          "host:port", Scalar.Form.STRING, AddressText::parseEndpoint, AddressText::format);

  static final Scalar<IpAddress> ADDRESS =
      new Scalar<>("address", Scalar.Form.STRING, IpAddress::parse, IpAddress::toString);

  static final Scalar<Prefix> PREFIX =
      new Scalar<>("prefix", Scalar.Form.STRING, Prefix::parse, Prefix::toString);

  static final Scalar<PortRange> PORTS =
      new Scalar<>("ports", Scalar.Form.STRING, PortRange::parse, PortRange::toString);

  private Types() {}

  static <T> ListType<T> listOf(Scalar<T> item) {
    return new ListType<>(item);
  }

  /** Whole numbers of a range, both ends included. */
  static Scalar<Integer> integer(int least, int most) {
    return new Scalar<>(
        "integer, " + least + " to " + most,
        Scalar.Form.INTEGER,
        text -> parseInteger(text, least, most),
        String::valueOf);
  }

  /** Constants of an enum, written in lower case with dashes. */
  static <E extends Enum<E>> Scalar<E> oneOf(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    String names = constants.stream().map(Types::dashed).collect(Collectors.joining(", "));
    return new Scalar<>(
        "one of " + names,
        Scalar.Form.STRING,
        text ->
            constants.stream()
                .filter(constant -> dashed(constant).equals(text))
                .findFirst()
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "expected one of " + names + ", found '" + text + "'")),
        Types::dashed);
  }

  /** Text that matches a pattern. */
  static Scalar<String> matching(String name, String pattern, String rule) {
    return new Scalar<>(
        name,
        Scalar.Form.STRING,
        text -> {
          if (!text.matches(pattern)) {
            throw new IllegalArgumentException("expected " + rule + ", found '" + text + "'");
          }
          return text;
        },
        Function.identity());
  }

  private static String dashed(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean parseBoolean(String text) {
    if (!Arrays.asList("true", "false").contains(text)) {
      throw new IllegalArgumentException("expected true or false, found '" + text + "'");
    }
    return Boolean.parseBoolean(text);
  }

  private static int parseInteger(String text, int least, int most) {
    if (!text.matches("-?[0-9]{1,18}")) {
      throw new IllegalArgumentException("expected an integer, found '" + text + "'");
    }
    long number = Long.parseLong(text);
    if (number < least || number > most) {
      throw new IllegalArgumentException("expected " + least + " to " + most + ", found " + number);
    }
    return (int) number;
  }

  // The text is not repeated in messages: somebody may have put a secret where its file belongs.
  private static Path parsePath(String text) {
    if (!text.startsWith("/") || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "expected the absolute path of a file or directory (or, in a file, one that begins with ./"
              + " and is meant from there)");
    }
    return Path.of(text).normalize();
  }
}
