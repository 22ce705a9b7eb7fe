package org.platformforge.kernel.extension.route;

import java.util.concurrent.atomic.LongAdder;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.release.Release;

/** Answers of one release to one tenant. Thread-safe. */
final class Counter {
    private final LongAdder calls = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void count(int status, long took) {
        calls.increment();
        nanos.add(took);
        if (status >= 500) {
            errors.increment();
        }
    }

    ExtensionRuntime.Figures figures(Release release) {
        return new ExtensionRuntime.Figures(
                release.sha256(), release.described().version(), calls.sum(), errors.sum(), nanos.sum());
    }
}
