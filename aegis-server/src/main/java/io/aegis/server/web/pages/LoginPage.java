package io.aegis.server.web.pages;

/**
 * The page to log in.
 *
 * @param csrf the mark that the form carries
 * @param username what was typed before, or empty
 * @param problem what went wrong just now; empty if nothing did
 */
public record LoginPage(String csrf, String username, String problem) {}
