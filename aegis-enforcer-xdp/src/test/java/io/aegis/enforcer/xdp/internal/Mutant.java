package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The datapath with one defence left out: its sources with some text replaced.
 *
 * @param way which direction of it
 * @param what is wrong with it
 * @param changes what was replaced
 */
record Mutant(Direction way, String what, List<Change> changes) {

  private static final String LEAVING = "leaving: ";
  private static final Path SOURCES = Path.of("..", "bpf");

  /**
   * Some text of one file; white space does not matter.
   *
   * @param file its name
   * @param before must stand there once
   * @param after what stands there instead
   */
  record Change(String file, String before, String after) {

    String applied(String source) {
      Matcher matcher = pattern().matcher(source);
      if (!matcher.find()) {
        throw new IllegalStateException("bpf/" + file + " has no longer: " + before);
      }
      int start = matcher.start();
      int end = matcher.end();
      if (matcher.find()) {
        throw new IllegalStateException("bpf/" + file + " has more than once: " + before);
      }
      return source.substring(0, start) + after + source.substring(end);
    }

    private Pattern pattern() {
      return Pattern.compile(
          Arrays.stream(before.split("\\s+", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining("\\s+")));
    }
  }

  /** Reads {@code mutants.txt}, which says how it is written. */
  static List<Mutant> all() throws IOException {
    try (InputStream text = Mutant.class.getResourceAsStream("mutants.txt")) {
      return read(new String(text.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static List<Mutant> read(String text) {
    var mutants = new ArrayList<Mutant>();
    String file = "";
    String before = "";
    for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
      String words = line.strip();
      if (line.startsWith("#")) {
        continue;
      }
      if (line.charAt(0) != ' ') {
        mutants.add(
            words.startsWith(LEAVING)
                ? new Mutant(Direction.EGRESS, words.substring(LEAVING.length()), new ArrayList<>())
                : new Mutant(Direction.INGRESS, words, new ArrayList<>()));
      } else if (words.startsWith("in ")) {
        file = words.substring("in ".length());
      } else if (words.startsWith("replace ")) {
        before = words.substring("replace ".length());
      } else if (words.equals("by") || words.startsWith("by ")) {
        var change = new Change(file, before, words.substring("by".length()).strip());
        mutants.getLast().changes.add(change);
      } else {
        throw new IllegalArgumentException("not understood: " + line);
      }
    }
    return mutants;
  }

  private String object() {
    return way == Direction.EGRESS ? "aegis_egress.bpf" : "aegis_ingress.bpf";
  }

  /** Compiles it as the build compiles the datapath; a folder of its own, which must be empty. */
  byte[] compiled(Path folder) throws IOException, InterruptedException {
    Path sources = Files.createDirectories(folder.resolve("bpf"));
    try (var files = Files.list(SOURCES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".bpf.c") || name.equals(object() + ".c")) {
          Files.copy(file, sources.resolve(name));
        }
      }
    }
    for (Change change : changes) {
      Path file = sources.resolve(change.file);
      Files.writeString(file, change.applied(Files.readString(file)));
    }
    // What is left out often leaves a warning behind. Not executed itself: where another thread
    // forks
    // while it is being written, the kernel says that the file is busy.
    Path script = sources.resolve("build.sh");
    Files.writeString(script, Files.readString(script).replace(" -Werror", ""));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder("bash", script.toString(), "compile", folder.resolve("out").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(what + ": " + Files.readString(log));
    }
    return Files.readAllBytes(folder.resolve("out/classes/io/aegis/bpf").resolve(object() + ".o"));
  }

  @Override
  public String toString() {
    return way == Direction.EGRESS ? LEAVING + what : what;
  }
}
