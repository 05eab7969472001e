/**
 * The database: one file, one writer, migrated forward. What is stored, and in which words, is said
 * by the features that own it; this package gives them transactions.
 */
@NullMarked
package io.aegis.server.store;

import org.jspecify.annotations.NullMarked;
