package io.aegis.server.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Answers {@code --version}. */
final class Version implements IVersionProvider {

  Version() {}

  /** The version in the manifest of the jar this class is in. */
  static String ofProduct() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "aegis %s (Java %s, %s %s, %s)"
          .formatted(
              ofProduct(),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.version"),
              System.getProperty("os.arch"))
    };
  }
}
