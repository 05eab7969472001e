package io.aegis.examples.nftables;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens enforcers on nftables; its name is {@code nftables} and it has no options. Each instance is
 * a table {@code netdev aegis-INSTANCE} in the network namespace of the process.
 *
 * <p>Thread-safe.
 */
public final class NftablesEnforcerProvider implements EnforcerProvider {

  /** The name by which configuration picks it. */
  public static final String NAME = "nftables";

  private static final Path LOCKS = Path.of("/run/aegis-nftables");
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/sbin/nft"), Path.of("/sbin/nft"), Path.of("/usr/local/sbin/nft"));

  private final Nft nft;
  private final Path locks;
  private final SeenTimes times = new SeenTimes();

  /** Makes a provider for the nft of this machine. */
  public NftablesEnforcerProvider() {
    this(new Nft(List.of(program())), LOCKS);
  }

  /** Makes a provider for nft in another network namespace. */
  NftablesEnforcerProvider(Nft nft, Path locks) {
    this.nft = nft;
    this.locks = locks;
  }

  /** Not from the search path: whoever sets that is not always who runs this as root. */
  private static String program() {
    return PROGRAMS.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(PROGRAMS.getFirst())
        .toString();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void check(EnforcerSettings settings) {
    if (!settings.options().isEmpty()) {
      throw refused(
          Kind.BAD_SETTINGS,
          settings,
          "unknown option "
              + String.join(", ", new TreeSet<>(settings.options().keySet()))
              + " (the nftables enforcer has no options; remove it)");
    }
    if (settings.staticRules().stream()
        .anyMatch(rule -> rule.direction() == StaticRule.Direction.EGRESS)) {
      throw refused(
          Kind.UNSUPPORTED,
          settings,
          "the nftables enforcer filters no egress; remove the egress rules");
    }
    for (InterfaceSettings each : settings.interfaces()) {
      if (each.mode() == EnforcementMode.AUDIT) {
        throw refused(
            Kind.UNSUPPORTED,
            settings,
            "the nftables enforcer lacks AUDIT; set interface " + each.name() + " to enforce");
      }
      if (!each.name().matches("[A-Za-z0-9_.-]+")) {
        throw refused(
            Kind.BAD_SETTINGS,
            settings,
            "nft cannot name a chain after interface '"
                + each.name()
                + "'; rename it to letters, digits, dots, dashes and underscores");
      }
    }
  }

  private static EnforcerException refused(Kind kind, EnforcerSettings settings, String why) {
    return new EnforcerException(kind, "opening instance " + settings.instance() + ": " + why);
  }

  @Override
  public NftablesEnforcer open(EnforcerSettings settings) {
    requireNonNull(settings, "settings");
    check(settings);
    String doing = "opening instance " + settings.instance();
    TableLock lock = TableLock.take(locks, settings.instance(), doing);
    try {
      var state = state(settings.instance(), settings.clock());
      boolean there = exists(doing, settings.instance());
      requireInterfaces(doing, settings);
      var books = GrantBooks.of(there ? state.grants(List.of(Lane.values())) : List.of());
      String rules =
          there ? adopted(settings, state, books) : new Ruleset(settings, Set.of()).text();
      nft.change(doing, rules);
      return new NftablesEnforcer(settings, state, lock, books);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private TableState state(String instance, InstantSource clock) {
    return new TableState(nft, instance, clock, times);
  }

  private boolean exists(String doing, String instance) {
    if (!nft.has(doing, "list chains netdev")) {
      return false;
    }
    String table = Ruleset.table(instance).substring("netdev ".length());
    boolean there =
        nft.list(doing, "list tables netdev").stream()
            .anyMatch(each -> each.path("table").path("name").asText().equals(table));
    if (there && !nft.has(doing, "list set " + Ruleset.table(instance) + " " + Ruleset.MARK)) {
      throw new EnforcerException(
          Kind.BUSY,
          doing
              + ": table "
              + Ruleset.table(instance)
              + " is not of this version; choose another name, or detach the instance first, which"
              + " leaves its interfaces unfiltered for a moment");
    }
    return there;
  }

  /** Rules anew around the elements that are there, in one transaction. */
  private static String adopted(EnforcerSettings settings, TableState state, GrantBooks books) {
    var rules = new StringBuilder(NftablesEnforcer.rebuilt(settings, books.idleLimits()));
    var marks = new Transaction(state.table(), settings.clock().instant(), 0);
    books.grants().forEach(marks::mark);
    rules
        .append(
            Transaction.forgetMarks(state.table(), List.of("leased", "idle"), books.idleLimits()))
        .append(marks.text());
    Set<String> wanted =
        Set.copyOf(settings.interfaces().stream().map(InterfaceSettings::name).toList());
    for (String name : state.hooked()) {
      if (!wanted.contains(name)) {
        rules.append("delete chain %s %s\n".formatted(state.table(), Ruleset.baseChain(name)));
      }
    }
    return rules.toString();
  }

  private void requireInterfaces(String doing, EnforcerSettings settings) {
    List<String> absent =
        settings.interfaces().stream()
            .map(InterfaceSettings::name)
            .filter(name -> !nft.hasInterface(name))
            .toList();
    if (!absent.isEmpty()) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": there is no interface "
              + String.join(", ", absent)
              + "; name one that is there (ip link), or start the agent when it is");
    }
  }

  @Override
  public EnforcerView inspect(String instance, InstantSource clock) {
    String doing = "inspecting instance " + instance;
    if (!exists(doing, instance)) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": there is no table "
              + Ruleset.table(instance)
              + "; open the instance first, or name another one");
    }
    TableState state = state(instance, clock);
    return new NftablesView(state, state.hooked());
  }

  @Override
  public List<String> detach(String instance) {
    String doing = "detaching instance " + instance;
    try (TableLock _ = TableLock.take(locks, instance, doing)) {
      if (!exists(doing, instance)) {
        return List.of();
      }
      var taken = new ArrayList<String>();
      taken.add("table " + Ruleset.table(instance));
      for (String name :
          new TreeSet<>(state(instance, InstantSource.fixed(Instant.EPOCH)).hooked())) {
        taken.add("its chain on interface " + name);
      }
      nft.change(doing, "delete table " + Ruleset.table(instance) + "\n");
      times.forget(instance);
      return List.copyOf(taken);
    }
  }
}
