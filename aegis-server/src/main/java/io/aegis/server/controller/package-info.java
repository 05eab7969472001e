/**
 * What may be reached and by whom, right now: services, who may use them, activations, and the
 * grants that follow from them. Everything here goes through the policy engine to decide and
 * through {@link io.aegis.server.sync.Distribution} to enforce.
 */
@NullMarked
package io.aegis.server.controller;

import org.jspecify.annotations.NullMarked;
