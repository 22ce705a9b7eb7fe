package org.platformforge.launcher.upgrade;

import java.io.IOException;

/** The platform that runs, or does not, from the distribution that is upgraded. */
interface Instance {
    boolean running() throws IOException;

    /** Returns when it has drained and stopped. Does nothing when it does not run. */
    void stop() throws IOException;

    /** Returns when it is ready, with true, or will not be, with false; it may still run then. */
    boolean start() throws IOException;
}
