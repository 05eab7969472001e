package io.aegis.server.web.pages;

/**
 * A service in a list.
 *
 * @param id its number
 * @param name its name
 * @param hostname where it is
 * @param description for people; may be empty
 */
public record ServiceRow(long id, String name, String hostname, String description) {}
