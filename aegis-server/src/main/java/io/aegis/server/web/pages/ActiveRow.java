package io.aegis.server.web.pages;

/**
 * A service that is open.
 *
 * @param service the service
 * @param source the address it is open for
 * @param timeLeft how long it lasts if nothing is sent, in words
 */
public record ActiveRow(ServiceRow service, String source, String timeLeft) {}
