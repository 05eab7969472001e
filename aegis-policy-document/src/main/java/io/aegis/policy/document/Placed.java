package io.aegis.policy.document;

/**
 * Something, and where it stands.
 *
 * @param value what stands there
 * @param place where
 */
record Placed<T>(T value, Place place) {}
