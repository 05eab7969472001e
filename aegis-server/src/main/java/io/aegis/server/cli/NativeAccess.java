package io.aegis.server.cli;

/** Asks for native access before anything needs it, so that its lack is one clear line. */
final class NativeAccess {

  private NativeAccess() {}

  /**
   * Checks that this program may call native code.
   *
   * @throws CommandException naming the flag that is missing
   */
  static void require() {
    if (!NativeAccess.class.getModule().isNativeAccessEnabled()) {
      throw CommandException.usage(
          "starting: native access is not enabled, which the kernel interface and the database"
              + " need (start with ./aegis or java -jar, or add"
              + " --enable-native-access=ALL-UNNAMED to the options of java)");
    }
  }
}
