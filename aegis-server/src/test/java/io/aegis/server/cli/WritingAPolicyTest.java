package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/guides/writing-a-policy.md tells its reader to do, step by step. */
final class WritingAPolicyTest {
  private static final Path GUIDE = Path.of("../docs/guides/writing-a-policy.md");
  private static final Pattern BLOCK =
      Pattern.compile("(?:<!-- ([^\n]*) -->\n)?```(yaml|console)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir private Path directory;

  @Test
  void guide_stepByStep_printsWhatItSays() throws Exception {
    var shown = new ArrayList<String>();
    var printed = new ArrayList<String>();
    for (MatchResult block : BLOCK.matcher(Files.readString(GUIDE)).results().toList()) {
      if (block.group(2).equals("yaml")) {
        write(block.group(1), block.group(3));
      } else {
        shown.add(block.group(3));
        printed.add(run(block.group(3)));
      }
    }
    assertThat(printed).hasSizeGreaterThan(6).isEqualTo(shown);
  }

  /** Writes a block as it stands, where the comment above it says. */
  private void write(@Nullable String where, String text) throws Exception {
    Path file = directory.resolve("office.yaml");
    switch (where) {
      case null -> Files.writeString(file, text);
      case "before the end of office.yaml" -> change(file, "(?m)^\\.\\.\\.$", text + "...");
      case "instead of the last test of office.yaml" ->
          change(file, "  - [^\n]*\n\\.\\.\\.", text + "...");
      case "after payroll-db in office.yaml" -> change(file, "(?m)^rules:$", text + "rules:");
      default -> throw new AssertionError("no such place: " + where);
    }
  }

  private static void change(Path file, String regex, String replacement) throws Exception {
    String before = Files.readString(file);
    String after =
        before.replaceFirst(regex, java.util.regex.Matcher.quoteReplacement(replacement));
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, after);
  }

  /** Runs the commands of a block, and returns them with what they print. */
  private String run(String block) throws Exception {
    var session = new StringBuilder();
    for (String line : block.lines().filter(each -> each.startsWith("$ ")).toList()) {
      session.append(line).append('\n');
      List<String> words =
          WORD.matcher(line.substring(2))
              .results()
              .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
              .toList();
      switch (words.getFirst()) {
        case "./aegis" -> session.append(aegis(words.subList(1, words.size())));
        case "cp" ->
            Files.copy(
                directory.resolve(words.get(1)),
                directory.resolve(words.get(2)),
                StandardCopyOption.REPLACE_EXISTING);
        case "sed" ->
            change(
                directory.resolve(words.get(3)), "(?s) *interns-see-nothing.*?to: tag[^\n]*\n", "");
        default -> throw new AssertionError("no such command: " + line);
      }
    }
    return session.toString();
  }

  private String aegis(List<String> words) {
    String[] args =
        words.stream()
            .map(word -> word.endsWith(".yaml") ? directory.resolve(word).toString() : word)
            .toArray(String[]::new);
    Ran ran = Ran.aegis(Map.of(), args);
    return (ran.out() + ran.err()).replace(directory + "/", "");
  }
}
