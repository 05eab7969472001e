package io.aegis.enforcer.tck;

import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The program behind {@code ./aegis fuzz}: holds any enforcer on the class path to the reference by
 * generated cases, through {@code explain}, for as long as one likes ({@link Differential}).
 */
public final class Fuzz {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final String INSTANCE = "fuzz";
  private static final int ROOM = 256;
  private static final int JUMBO_FRAME = 9_014;
  private static final int ENOUGH = 20;
  private static final Duration WORD = Duration.ofSeconds(10);

  private final FuzzOptions options;
  private final PrintStream out;
  private final PrintStream err;
  private volatile boolean interrupted;

  private Fuzz(FuzzOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /**
   * Compares, prints and ends the process: 0 they agree, 1 they do not, 2 not understood.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(Arrays.asList(arguments), out, err));
  }

  /**
   * Does the same without ending the process.
   *
   * @param arguments see {@code --help}
   * @param out where results go
   * @param err where progress and mistakes go
   * @return the exit status
   */
  public static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      FuzzOptions options = FuzzOptions.parse(arguments);
      if (options.isHelp()) {
        out.print(FuzzOptions.USAGE);
        return DONE;
      }
      return new Fuzz(options, out, err).run();
    } catch (FuzzOptions.UsageException e) {
      err.println("aegis fuzz: " + e.getMessage() + "; see aegis fuzz --help");
      return MISUSED;
    } catch (EnforcerException | IOException | IllegalStateException e) {
      err.println("aegis fuzz: " + e.getMessage());
      return FAILED;
    }
  }

  private int run() throws FuzzOptions.UsageException, IOException {
    EnforcerProvider provider = provider();
    // A signal ends the loop, and what was made is taken away as always.
    var done = new CountDownLatch(1);
    var hook = new Thread(() -> interrupt(done), "aegis-fuzz-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try (ScratchInterface scratch = ScratchInterface.make(options.interfaceName())) {
      return run(provider, scratch.name());
    } finally {
      done.countDown();
      removeHook(hook);
    }
  }

  private void interrupt(CountDownLatch done) {
    interrupted = true;
    try {
      if (!done.await(1, TimeUnit.MINUTES)) {
        err.println("aegis fuzz: ended before instance " + INSTANCE + " was taken away");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: that is what the hook was for.
    }
  }

  private EnforcerProvider provider() throws FuzzOptions.UsageException {
    List<EnforcerProvider> found =
        ServiceLoader.load(EnforcerProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    for (EnforcerProvider each : found) {
      if (each.name().equals(options.enforcer())) {
        return each;
      }
    }
    throw new FuzzOptions.UsageException(
        "--enforcer %s: there is none of that name, but %s"
            .formatted(
                options.enforcer(),
                found.stream()
                    .map(EnforcerProvider::name)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }

  private int run(EnforcerProvider provider, String interfaceName) throws IOException {
    provider.detach(INSTANCE); // what a run that was killed has left
    var base =
        new EnforcerSettings(
            INSTANCE,
            List.of(InterfaceSettings.enforcing(interfaceName)),
            List.of(),
            ROOM,
            InstantSource.system(),
            Map.of());
    var means = new EnforcerProber.Means(base, provider::open, null, Fuzz::pass);
    var prober = new EnforcerProber(means, JUMBO_FRAME);
    try {
      if (!prober.capabilities().contains(Capability.EXPLAIN)) {
        err.println(
            "aegis fuzz: the enforcer " + provider.name() + " explains nothing: it lacks EXPLAIN");
        return FAILED;
      }
      Path replay = options.replay();
      return replay == null ? generate(prober) : replay(prober, replay);
    } finally {
      prober.detach();
    }
  }

  private static void pass(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private int replay(FrameProber prober, Path file) throws IOException {
    List<PacketCase> cases;
    try {
      cases = Corpus.read(file.toString(), Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    Optional<Disagreement> found = new Differential(prober, 0, System::nanoTime).compare(cases);
    out.println(found.map(Disagreement::what).orElse(cases.size() + " cases: all agree"));
    return found.isPresent() ? FAILED : DONE;
  }

  private int generate(FrameProber prober) throws IOException {
    Long chosen = options.seed();
    long seed = chosen == null ? ThreadLocalRandom.current().nextLong() : chosen;
    var differential = new Differential(prober, seed, System::nanoTime);
    out.println("seed " + seed);
    long start = System.nanoTime();
    long word = start;
    int found = 0;
    do {
      Optional<Disagreement> disagreement = differential.compareNext();
      if (disagreement.isPresent()) {
        found++;
        Path file = EnforcerDifferential.save(disagreement.get(), options.save());
        out.println(disagreement.get() + "saved as " + file + "\n");
      }
      if (System.nanoTime() - word > WORD.toNanos()) {
        word = System.nanoTime();
        err.println(progress(differential, found, Duration.ofNanos(word - start)));
      }
    } while (!interrupted
        && found < ENOUGH
        && System.nanoTime() - start < options.duration().toNanos());
    out.println(progress(differential, found, Duration.ofNanos(System.nanoTime() - start)));
    out.println(
        "not tried: what counters say and whether frames get through (explain alone was asked),"
            + " and "
            + FuzzFrames.leftOut(prober.capabilities()));
    return found == 0 ? DONE : FAILED;
  }

  private static String progress(Differential differential, int found, Duration took) {
    return "%,d frames in %d:%02d min, %s"
        .formatted(
            differential.frames(),
            took.toMinutes(),
            took.toSecondsPart(),
            found == 0 ? "all agree" : found + " disagreements");
  }
}
