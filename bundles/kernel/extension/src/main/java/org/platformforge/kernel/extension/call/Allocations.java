package org.platformforge.kernel.extension.call;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much threads have allocated, where the JVM can tell. Asked by name, because the interface that has it belongs to no
 * package every framework offers. Thread-safe.
 */
final class Allocations {
    private static final Logger LOG = LoggerFactory.getLogger(Allocations.class);
    private static final String[] SIGNATURE = {long[].class.getName()};

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private volatile boolean unknown;

    /** Bytes since each thread's start; 0 when unknown, less when the thread is gone. */
    long[] of(long[] threads) {
        if (!unknown) {
            try {
                return (long[]) server.invoke(
                        new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                        "getThreadAllocatedBytes",
                        new Object[] {threads},
                        SIGNATURE);
            } catch (JMException | RuntimeException e) {
                unknown = true;
                LOG.info("This JVM does not tell what threads allocate, so it is not limited: {}", e.toString());
            }
        }
        return new long[threads.length];
    }
}
