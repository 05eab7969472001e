package io.aegis.enforcer.xdp.internal.link;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names under which an instance stands in the BPF file system.
 *
 * <p>Maps by their name and the version of their layout, so that those of two layouts can stand
 * beside each other; links as {@code link_SLOT_INTERFACE}, so that the number under which an
 * interface is counted survives the process; beside each link its program and what that was told,
 * as {@code program_SLOT_INTERFACE} and {@code settings_SLOT_INTERFACE}, for whoever wants to know
 * what it would do. For frames that leave the same, as {@code egress_...}, {@code
 * egressprogram_...} and {@code egresssettings_...}. The file system keeps names with a dot for
 * itself, so everything but letters, digits and dashes is written as {@code _} and four hexadecimal
 * digits.
 */
public final class Pins {

  /** Where the BPF file system is mounted, on every distribution. */
  public static final Path BPF_FS = Path.of("/sys/fs/bpf");

  private static final int TRIES = 1_000;

  private static final Pattern LINK = Pattern.compile("link_([0-9]+)_(.+)");
  private static final Pattern PROGRAM = Pattern.compile("(egress|)program(_[0-9]+_.+)");
  private static final Pattern ESCAPED = Pattern.compile("_([0-9a-f]{4})");

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;

  /**
   * Names the pins of an instance; makes nothing.
   *
   * @param instance its name
   */
  public Pins(String instance) {
    this.directory = BPF_FS.resolve("aegis").resolve(instance);
  }

  /**
   * A pinned link.
   *
   * @param slot the number of its interface
   * @param interfaceName the interface
   * @param path where it is
   */
  public record LinkPin(int slot, String interfaceName, Path path) {

    /**
     * Returns the place of the link of one direction.
     *
     * @param way which frames its program sees
     * @return its path
     */
    public Path link(Direction way) {
      return way == Direction.INGRESS ? path : egress();
    }

    /**
     * Returns the place of the program of that link.
     *
     * @param way which frames it sees
     * @return its path
     */
    public Path program(Direction way) {
      return beside(way == Direction.INGRESS ? "program" : "egressprogram");
    }

    /**
     * Returns the place of the map that has what that program was told.
     *
     * @param way which frames it sees
     * @return its path
     */
    public Path settings(Direction way) {
      return beside(way == Direction.INGRESS ? "settings" : "egresssettings");
    }

    /**
     * Returns the place of the link for frames that leave.
     *
     * @return its path
     */
    public Path egress() {
      return beside("egress");
    }

    private Path beside(String kind) {
      return path.resolveSibling(path.getFileName().toString().replaceFirst("link", kind));
    }
  }

  /**
   * Returns whose pins they are.
   *
   * @return the name of the instance
   */
  public String instance() {
    return String.valueOf(directory.getFileName());
  }

  /**
   * Returns where everything is.
   *
   * @return a directory
   */
  public Path directory() {
    return directory;
  }

  /**
   * Returns the place of a map of this layout.
   *
   * @param name of the map
   * @return its path
   */
  public Path map(String name) {
    return directory.resolve(name + "_v" + Layouts.VERSION);
  }

  /**
   * Returns the place of a map of layout 2 and before.
   *
   * @param name of the map
   * @return its path
   */
  public Path earlierMap(String name) {
    return directory.resolve(name);
  }

  /**
   * Returns the place of a link.
   *
   * @param slot the number of the interface
   * @param interfaceName the interface
   * @return its path
   */
  public LinkPin link(int slot, String interfaceName) {
    String name = "link_" + slot + "_" + escape(interfaceName);
    return new LinkPin(slot, interfaceName, directory.resolve(name));
  }

  private static String escape(String name) {
    var escaped = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      escaped.append(isPlain(c) ? String.valueOf(c) : String.format("_%04x", (int) c));
    }
    return escaped.toString();
  }

  private static boolean isPlain(char c) {
    return c == '-' || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  private static String unescape(String escaped) {
    Matcher matcher = ESCAPED.matcher(escaped);
    return matcher.replaceAll(match ->
        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  /**
   * Lists the pinned links.
   *
   * @return in the order of their slots
   */
  public List<LinkPin> links() {
    var links = new ArrayList<LinkPin>();
    for (Path path : entries(directory)) {
      linkOf(path).ifPresent(links::add);
    }
    links.sort((a, b) -> Integer.compare(a.slot(), b.slot()));
    return links;
  }

  /**
   * Lists the programs whose link is not pinned, as it is beside every program of an instance.
   *
   * @return paths of programs
   */
  public List<Path> withoutLink() {
    return entries(directory).stream().filter(Pins::lacksLink).toList();
  }

  private static boolean lacksLink(Path path) {
    Matcher program = PROGRAM.matcher(path.getFileName().toString());
    if (!program.matches()) {
      return false;
    }
    String link = program.group(1).isEmpty() ? "link" : "egress";
    return !Files.exists(path.resolveSibling(link + program.group(2)));
  }

  static Optional<LinkPin> linkOf(Path path) {
    Matcher matcher = LINK.matcher(path.getFileName().toString());
    return matcher.matches()
        ? Optional.of(
            new LinkPin(Integer.parseInt(matcher.group(1)), unescape(matcher.group(2)), path))
        : Optional.empty();
  }

  /**
   * Lists everything pinned.
   *
   * @return paths; empty if there is no directory
   */
  public List<Path> all() {
    return entries(directory);
  }

  private static List<Path> entries(Path directory) {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      var paths = new ArrayList<Path>();
      stream.forEach(paths::add);
      Collections.sort(paths);
      return paths;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + directory, e);
    }
  }

  /**
   * Makes the directory, for this user alone, if it is not there. Begins again where another
   * instance, of which nothing is left, takes the directory above away meanwhile.
   */
  public void create() {
    for (int tries = 1; ; tries++) {
      try {
        path().forEach(this::create);
        return;
      } catch (UncheckedIOException e) {
        if (tries == TRIES || !(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        }
      }
    }
  }

  private void create(Path each) {
    try {
      Files.createDirectory(each, PRIVATE);
    } catch (FileAlreadyExistsException e) {
      // Whose it is has been looked at: nobody else can have made it since, or it is refused.
      intruder(each)
          .ifPresent(why -> {
            throw new UncheckedIOException("making " + each, new IOException("it " + why));
          });
    } catch (IOException e) {
      throw new UncheckedIOException("making " + each, e);
    }
  }

  /**
   * Returns the directories that lead to the pins, below the file system.
   *
   * @return outermost first; they need not exist
   */
  public List<Path> path() {
    return List.of(BPF_FS.resolve("aegis"), directory);
  }

  /**
   * Says why a directory is not this user's alone.
   *
   * @param each one of {@link #path}
   * @return what it is; empty if it is private, or is not there
   */
  public Optional<String> intruder(Path each) {
    try {
      PosixFileAttributes found =
          Files.readAttributes(each, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isDirectory()) {
        return Optional.of("is no directory");
      }
      Object me = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (!me.equals(Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
        return Optional.of("belongs to " + found.owner().getName());
      }
      boolean isOpen =
          found.permissions().contains(PosixFilePermission.GROUP_WRITE)
              || found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
      return isOpen ? Optional.of("can be written by others") : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("looking at " + each, e);
    }
  }

  /**
   * Takes one pin away.
   *
   * @param path of it
   */
  public static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + path, e);
    }
  }

  /** Takes the directory away, and its parent if no other instance is there. */
  public void removeDirectory() {
    remove(directory);
    Path parent = BPF_FS.resolve("aegis");
    try {
      Files.deleteIfExists(parent);
    } catch (DirectoryNotEmptyException e) {
      // Another instance is there.
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + parent, e);
    }
  }
}
