package io.aegis.server.web.pages;

/**
 * A page that says one thing.
 *
 * @param title in a few words
 * @param text in a sentence
 */
public record MessagePage(String title, String text) {}
