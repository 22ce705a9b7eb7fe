package org.platformforge.kernel.extension.call;

import org.platformforge.kernel.checkpoint.CallEndedError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a release, also those it makes itself: one that is ended at a checkpoint says so in a line. Thread-safe. */
final class QuietGroup extends ThreadGroup {
    private static final Logger LOG = LoggerFactory.getLogger(QuietGroup.class);

    QuietGroup(ThreadGroup parent, String name) {
        super(parent, name);
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (thrown instanceof CallEndedError) {
            LOG.info("The thread {} of {} was ended", thread.getName(), getName());
        } else {
            super.uncaughtException(thread, thrown);
        }
    }
}
