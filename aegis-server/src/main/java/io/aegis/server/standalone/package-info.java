/**
 * What a process of the stock server is made of: the controller, the agent, or both in one. The one
 * place where features meet; each feature's module only binds.
 */
@NullMarked
package io.aegis.server.standalone;

import org.jspecify.annotations.NullMarked;
