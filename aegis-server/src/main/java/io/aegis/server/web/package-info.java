/**
 * The controller's HTTPS server: REST version 1 and the pages.
 *
 * <p>Everything here translates: a request becomes one call of a service of {@code identity} or
 * {@code controller}, and its answer becomes a response. No decision is taken here but one: who may
 * call what, in {@link io.aegis.server.web.Endpoint}'s table, which every request passes.
 */
@NullMarked
package io.aegis.server.web;

import org.jspecify.annotations.NullMarked;
