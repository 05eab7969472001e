/** What the pages show. The pages themselves are compiled from {@code src/main/jte} beside this. */
@NullMarked
package io.aegis.server.web.pages;

import org.jspecify.annotations.NullMarked;
