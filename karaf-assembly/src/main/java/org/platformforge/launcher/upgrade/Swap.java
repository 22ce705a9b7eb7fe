package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Moves the new version's files into the place of the installed one's, or back. Each can be called again wherever an
 * earlier call ended: a new file is in place exactly when it is not in {@code next}, an old one exactly when it is not in
 * {@code previous}. {@code bin/} keeps its files at every moment, so that there always is a {@code bin/forge} to call.
 */
final class Swap {
    private final Path home;
    private final Path next;
    private final Path previous;
    private final List<String> incoming;
    private final Runnable step;

    /** @param step is run before each change; tests end there as a kill would */
    Swap(Path home, Path work, List<String> incoming, Runnable step) {
        this.home = home;
        this.next = work.resolve("next");
        this.previous = work.resolve("previous");
        this.incoming = incoming;
        this.step = step;
    }

    void forward() throws IOException {
        for (String name : names()) {
            boolean comes = incoming.contains(name);
            if (comes && !Files.exists(next.resolve(name))) {
                continue;
            }
            Path old = home.resolve(name);
            if (Files.exists(old) && !Files.exists(previous.resolve(name))) {
                step.run();
                if (stays(name)) {
                    Disk.copy(old, previous.resolve(name));
                } else {
                    Disk.move(old, previous.resolve(name));
                }
            }
            if (comes) {
                step.run();
                Disk.move(next.resolve(name), old);
            }
        }
    }

    void back() throws IOException {
        for (String name : names()) {
            Path place = home.resolve(name);
            boolean hasOld = Files.exists(previous.resolve(name));
            if (incoming.contains(name) && !Files.exists(next.resolve(name))) {
                step.run();
                if (stays(name) && hasOld) {
                    Disk.copy(place, next.resolve(name));
                } else {
                    Disk.move(place, next.resolve(name));
                }
            }
            if (hasOld) {
                step.run();
                Disk.move(previous.resolve(name), place);
            }
        }
    }

    /** Files of bin/ are replaced, never away. One that the new version does not have stays. */
    private static boolean stays(String name) {
        return name.startsWith("bin/");
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>(incoming);
        names.addAll(Distribution.OWN);
        return names;
    }
}
