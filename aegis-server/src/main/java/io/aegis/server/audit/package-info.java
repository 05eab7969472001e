/** What was done, by whom, and with what result; written in the transaction of what it records. */
@NullMarked
package io.aegis.server.audit;

import org.jspecify.annotations.NullMarked;
