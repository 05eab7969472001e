/**
 * Reads the configuration: one TOML file, environment variables on top, flags on top of those.
 *
 * <p>{@link io.aegis.server.config.Keys} is the one table of all keys. What it says is checked,
 * printed ({@code aegis config print}) and documented ({@code docs/reference/config.md}) by this
 * package; the records that the features take are made from it by the composition.
 */
@NullMarked
package io.aegis.server.config;

import org.jspecify.annotations.NullMarked;
