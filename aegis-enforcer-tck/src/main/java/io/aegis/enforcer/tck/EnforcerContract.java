package io.aegis.enforcer.tck;

import java.util.List;
import org.junit.jupiter.api.Nested;

/**
 * The whole contract of an enforcer but its random histories ({@link EnforcerHistoryProperties}). A
 * backend extends it, says how to make a fixture, and writes no test of its own for what the SPI
 * promises.
 */
public abstract class EnforcerContract {

  /** For subclasses. */
  protected EnforcerContract() {}

  /**
   * Makes a fixture, one for each test.
   *
   * @return a new one; the kit closes it
   */
  protected abstract EnforcerFixture newFixture();

  /**
   * Returns the packet cases to run. A backend may add its own to {@link Corpus#standard()}.
   *
   * @return cases
   */
  protected List<PacketCase> cases() {
    return Corpus.standard();
  }

  @Nested
  final class Verdicts extends VerdictContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }

    @Override
    protected List<PacketCase> cases() {
      return EnforcerContract.this.cases();
    }
  }

  @Nested
  final class Sweeps extends SweepContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Apply extends ApplyContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Replace extends ReplaceContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Expiry extends ExpiryContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Lease extends LeaseContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Wide extends WideContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Reading extends ActivityContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Capacity extends CapacityContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Capabilities extends CapabilityContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Events extends EventsContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Settings extends SettingsContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Lifecycle extends LifecycleContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Confirming extends ConfirmContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }

  @Nested
  final class Concurrency extends ConcurrencyContract {
    @Override
    protected EnforcerFixture newFixture() {
      return EnforcerContract.this.newFixture();
    }
  }
}
