package org.platformforge.kernel.extension.wall;

import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.platformforge.kernel.checkpoint.Checkpoint;

/**
 * Wires an extension's bundle to the checkpoint, which its classes need as soon as they are woven. That is an import at run
 * time, and of two threads that need a package in this way for the first time at once, Felix tells one that there is none:
 * the class it is in stays broken. So it is done by one thread, before the bundle starts. Stateless.
 */
public final class CheckpointWires {
    /** Of the classes that cannot be loaded, such as those for a library that is optional. */
    private static final int MOST_TRIES = 50;

    private CheckpointWires() {}

    /** Loads one of its classes, and runs none. @param bundle resolved, and not started yet */
    public static void make(Bundle bundle) {
        int tries = 0;
        for (String file : bundle.adapt(BundleWiring.class)
                .listResources("/", "*.class", BundleWiring.LISTRESOURCES_LOCAL | BundleWiring.LISTRESOURCES_RECURSE)) {
            boolean done = loads(
                            bundle,
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    && loads(bundle, Checkpoint.class.getName());
            if (done || ++tries == MOST_TRIES) {
                return;
            }
        }
    }

    private static boolean loads(Bundle bundle, String name) {
        try {
            bundle.loadClass(name);
            return true;
        } catch (ClassNotFoundException | LinkageError | StackOverflowError e) {
            return false; // whoever needs it will be told
        }
    }
}
