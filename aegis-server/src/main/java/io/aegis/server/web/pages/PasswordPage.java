package io.aegis.server.web.pages;

/**
 * The page to change one's password.
 *
 * @param visitor who looks at it
 * @param first whether somebody else chose the present password
 * @param problem what went wrong just now; empty if nothing did
 */
public record PasswordPage(Visitor visitor, boolean first, String problem) {}
