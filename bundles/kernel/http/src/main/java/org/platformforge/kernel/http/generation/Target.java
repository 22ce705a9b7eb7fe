package org.platformforge.kernel.http.generation;

import org.platformforge.kernel.api.http.Dialect;

/** What an entry of the route table leads to. */
public sealed interface Target permits Route, HeldRoute, ExtensionMount {
    /** The wire form of the route's answers. */
    Dialect dialect();
}
