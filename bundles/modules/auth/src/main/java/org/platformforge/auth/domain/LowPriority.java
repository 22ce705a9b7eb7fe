package org.platformforge.auth.domain;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that lets all other threads go first. Java's own priorities do nothing on Linux without options of the JVM's that
 * want root; the niceness of a single thread, as {@code renice} sets it, needs neither.
 */
final class LowPriority {
    private static final Logger LOG = LoggerFactory.getLogger(LowPriority.class);
    private static final Path SELF = Path.of("/proc/thread-self");

    private LowPriority() {}

    /**
     * Makes the current thread nice, a moment later and for good. Where there is no {@code renice}, or no Linux, nothing
     * happens.
     *
     * @param nice 1 to 19
     */
    static void take(int nice) {
        if (!Files.isSymbolicLink(SELF)) {
            return;
        }
        try {
            String self = Files.readSymbolicLink(SELF).toString();
            String thread = self.substring(self.lastIndexOf('/') + 1);
            new ProcessBuilder("renice", "-n", Integer.toString(nice), "-p", thread)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start()
                    .getOutputStream()
                    .close();
        } catch (IOException e) {
            LOG.debug("Passwords are hashed with the priority of everything else", e);
        }
    }
}
