package io.aegis.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts the sources of configuration on top of each other and checks the result. Stateless. */
public final class ConfigLoader {

  /** The file that is read when none is named, if it exists. */
  public static final Path DEFAULT_FILE = Path.of("/etc/aegis/aegis.toml");

  private static final String PREFIX = "AEGIS_";

  /** Variables that are not keys: they are heard by the command line and the launcher. */
  private static final Set<String> NOT_KEYS =
      Set.of(
          "AEGIS_CACHE",
          "AEGIS_CONFIG",
          "AEGIS_DEBUG",
          "AEGIS_JAVA_OPTS",
          "AEGIS_LAUNCHER",
          "AEGIS_PLUGINS");

  private ConfigLoader() {}

  /**
   * Where to look.
   *
   * @param file the file that was named, if one was
   * @param environment all variables of the process
   * @param settings what flags say; of two for one key the later counts
   */
  public record Sources(
      Optional<Path> file, Map<String, String> environment, List<Setting> settings) {
    /** Makes sources. */
    public Sources {
      environment = Map.copyOf(environment);
      settings = List.copyOf(settings);
    }
  }

  /**
   * Reads the configuration.
   *
   * @param sources where to look
   * @param kind whose required keys must be there; empty to require none
   * @return the configuration
   * @throws ConfigException with everything that is wrong
   */
  public static Config load(Sources sources, Optional<ProcessKind> kind) {
    var problems = new Problems();
    var written = new LinkedHashMap<String, Raw>();
    Optional<Path> file = fileOf(sources);
    file.ifPresent(path -> written.putAll(readFile(path, problems)));
    boolean isWhole = problems.isEmpty();
    Map<String, Raw> environment = readEnvironment(sources.environment(), problems);
    Map<String, Raw> flags = readSettings(sources.settings());
    // A value that is overridden is still read, so that a mistake does not lie in wait for the day
    // on which the variable or flag goes away.
    checkHidden(written, environment, problems);
    written.putAll(environment);
    checkHidden(written, flags, problems);
    written.putAll(flags);
    Values values = Values.read("", Keys.all(), written, problems);
    // What is missing may well stand in a file that could not be read.
    if (isWhole) {
      String where =
          file.isPresent() ? "in the file" : "in " + DEFAULT_FILE + ", which is not there";
      kind.ifPresent(k -> values.addMissing(k, where, problems));
    }
    problems.throwIfAny();
    return new Config(file, values);
  }

  private static void checkHidden(
      Map<String, Raw> below, Map<String, Raw> above, Problems problems) {
    var hidden = new LinkedHashMap<>(below);
    hidden.keySet().retainAll(above.keySet());
    Values.read("", Keys.all(), hidden, problems);
  }

  private static Optional<Path> fileOf(Sources sources) {
    String variable = sources.environment().get("AEGIS_CONFIG");
    return sources
        .file()
        .or(() -> Optional.ofNullable(variable).map(Path::of))
        .or(() -> Optional.of(DEFAULT_FILE).filter(Files::exists));
  }

  private static Map<String, Raw> readFile(Path file, Problems problems) {
    Set<String> names = Keys.all().stream().map(Key::name).collect(Collectors.toSet());
    try {
      return TomlText.parse(file, Files.readString(file), names, problems);
    } catch (IOException e) {
      problems.add("reading the configuration file " + file + ": " + why(e));
      return Map.of();
    }
  }

  private static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file (name another with --config)";
      case AccessDeniedException _ -> "this user may not read it (run as root, or chmod it)";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static Map<String, Raw> readEnvironment(
      Map<String, String> environment, Problems problems) {
    Map<String, String> names = new HashMap<>();
    Keys.all().forEach(key -> names.put(key.variable(), key.name()));
    var written = new LinkedHashMap<String, Raw>();
    new TreeMap<>(environment)
        .forEach((variable, text) -> {
          var origin = new Origin.Environment(variable);
          String key = names.get(variable);
          if (key != null) {
            written.put(key, new Raw.Untyped(text, origin));
          } else if (variable.startsWith(PREFIX) && !NOT_KEYS.contains(variable)) {
            problems.add(
                origin,
                "there is no such setting"
                    + Suggestion.didYouMean(variable, names.keySet())
                    + "; unset it, or see 'aegis config reference'");
          }
        });
    return written;
  }

  private static Map<String, Raw> readSettings(List<Setting> settings) {
    var written = new LinkedHashMap<String, Raw>();
    settings.forEach(
        s -> written.put(s.key(), new Raw.Untyped(s.text(), new Origin.Flag(s.flag()))));
    return written;
  }
}
