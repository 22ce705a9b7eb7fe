package org.platformforge.kernel.extension.call;

import java.lang.management.ManagementFactory;

/** How much threads have allocated, where the JVM can tell. Stateless. */
final class Allocations {
    private static final com.sun.management.ThreadMXBean THREADS = threads();

    private Allocations() {}

    private static com.sun.management.ThreadMXBean threads() {
        return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported()
                        && bean.isThreadAllocatedMemoryEnabled()
                ? bean
                : null;
    }

    /** Bytes since the thread's start; 0 when unknown. */
    static long of(Thread thread) {
        return THREADS == null ? 0 : Math.max(0, THREADS.getThreadAllocatedBytes(thread.getId()));
    }
}
