/**
 * What controller and agent say to each other, for whoever writes an end of his own: {@link
 * io.aegis.wire.WireCodec} between the vocabulary of {@code io.aegis.api} and the messages of
 * {@code aegis/wire/v1/sync.proto} (generated into {@code io.aegis.wire.v1}), the seal over
 * resources, and the digest over what is applied.
 */
@NullMarked
package io.aegis.wire;

import org.jspecify.annotations.NullMarked;
