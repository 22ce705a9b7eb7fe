package org.platformforge.kernel.http.generation;

import org.platformforge.kernel.api.http.Dialect;

/**
 * A route whose module is being restarted: requests wait for the next generation instead of getting a 404. Holds
 * nothing of the module.
 *
 * @param module the symbolic name of the module
 * @param deadline {@code System.nanoTime()} until which requests wait; afterwards they are answered 503
 */
public record HeldRoute(Dialect dialect, String module, long deadline) implements Target {}
