/** Frames to ask the datapath about: put together from a few words, or read from a capture. */
@NullMarked
package io.aegis.server.explain;

import org.jspecify.annotations.NullMarked;
