package io.aegis.server.config;

import java.nio.file.Path;

/**
 * Where a secret is. Secrets themselves never stand in the configuration, so that it can be
 * printed, logged and sent to others as it is.
 *
 * @param path the absolute path of the file that holds it
 */
public record SecretFile(Path path) {}
