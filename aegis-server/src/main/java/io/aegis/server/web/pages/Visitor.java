package io.aegis.server.web.pages;

/**
 * Who looks at a page.
 *
 * @param username the user's name
 * @param role the name of the user's role
 * @param csrf the mark that every form carries
 */
public record Visitor(String username, String role, String csrf) {}
