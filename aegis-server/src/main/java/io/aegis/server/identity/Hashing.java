package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.server.identity.ControllerException.Kind;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * Hashes passwords with Argon2id, on a few threads of its own: a flood of logins costs those, and
 * nobody else. Safe for any number of threads.
 *
 * <p>The threads are daemons that begin with the first password and end with {@link #close}.
 */
public final class Hashing implements AutoCloseable {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final int LANES = 1;

  private final Argon2PasswordEncoder argon2;
  private final ThreadPoolExecutor threads;
  private final AtomicReference<@Nullable String> dummy = new AtomicReference<>();

  /**
   * Makes the hashing; starts nothing.
   *
   * @param config costs and threads
   */
  @Inject
  Hashing(IdentityConfig config) {
    argon2 =
        new Argon2PasswordEncoder(
            SALT_BYTES, HASH_BYTES, LANES, config.argon2MemoryKib(), config.argon2Iterations());
    threads =
        new ThreadPoolExecutor(
            config.hashingThreads(),
            config.hashingThreads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(config.waitingLogins()),
            Thread.ofPlatform().name("aegis-hashing-", 1).daemon().factory());
  }

  /** Returns the hash of a new password, with its salt and costs in it. */
  String hash(String password) {
    return await(() -> argon2.encode(normalized(password)));
  }

  /**
   * Returns whether a password has a hash. Without a hash it takes as long and the answer is no.
   *
   * @param before runs first, on the thread that checks; what it throws is thrown
   */
  boolean matches(String password, @Nullable String hash, Runnable before) {
    return await(() -> {
      before.run();
      // Made on the first check whoever it is for, so that it tells nothing about a user.
      String decoy = decoy();
      boolean matches = argon2.matches(normalized(password), hash == null ? decoy : hash);
      return hash != null && matches;
    });
  }

  private String decoy() {
    String known = dummy.get();
    if (known == null) {
      known = argon2.encode("nobody has this password");
      dummy.set(known);
    }
    return known;
  }

  /** The same password typed on another keyboard may come in another form of Unicode. */
  private static String normalized(String password) {
    return Normalizer.normalize(password, Form.NFKC);
  }

  private <T> T await(Callable<T> work) {
    Future<T> future;
    try {
      future = threads.submit(work);
    } catch (RejectedExecutionException e) {
      throw new ControllerException(
          Kind.UNAVAILABLE, "too many people are logging in at this moment: try again in a moment");
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new ControllerException(Kind.UNAVAILABLE, "the server is stopping: try again later");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ControllerException refusal) {
        throw refusal;
      }
      throw ControllerException.internal(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Ends the threads; passwords that wait are not checked any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
