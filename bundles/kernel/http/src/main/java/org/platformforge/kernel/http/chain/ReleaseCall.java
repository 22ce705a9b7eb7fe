package org.platformforge.kernel.http.chain;

import java.util.concurrent.Callable;

/** A request that a release of an extension answers, to be made once, on a thread of the extension. */
interface ReleaseCall extends Callable<Answer> {
    /** Whether the resource may have done something. */
    boolean isExecuted();
}
