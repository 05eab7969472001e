package io.aegis.examples.gateway;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The users of this gateway, by the SHA-256 of their tokens. Yours come from elsewhere. */
final class Users {

  /**
   * A user.
   *
   * @param id what rules name the user by
   * @param roles what the user is
   */
  record User(String id, Set<String> roles) {}

  private final Map<String, User> byDigest = new TreeMap<>();

  private Users() {}

  /** Reads lines of the form {@code alice = SHA-256 role,role}. */
  static Users read(Path file) throws IOException {
    var lines = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    }
    var users = new Users();
    for (String id : lines.stringPropertyNames()) {
      String[] parts = lines.getProperty(id).strip().split("[ ,]+", -1);
      Set<String> roles = Arrays.stream(parts).skip(1).collect(Collectors.toUnmodifiableSet());
      users.byDigest.put(parts[0].toLowerCase(Locale.ROOT), new User(id, roles));
    }
    return users;
  }

  /** Returns whose token it is. Every entry is compared, so that time tells nothing. */
  Optional<User> authenticate(String token) {
    byte[] digest = bytes(digest(token));
    Optional<User> found = Optional.empty();
    for (Map.Entry<String, User> entry : byDigest.entrySet()) {
      if (MessageDigest.isEqual(bytes(entry.getKey()), digest)) {
        found = Optional.of(entry.getValue());
      }
    }
    return found;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String digest(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(bytes(token)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
