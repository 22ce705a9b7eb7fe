package org.platformforge.kernel.api.module;

import org.platformforge.kernel.api.module.Generations.Stage;

/**
 * Asks the generations on behalf of a component that also works without them: while nobody decides between generations,
 * every bundle acts. The component passes on what it is given by an optional, dynamic reference to {@link Generations}.
 * Thread-safe; asking takes no lock.
 */
public final class StageWatch {
    private final Runnable changed;
    private volatile Generations generations;

    /** For who asks each time. */
    public StageWatch() {
        this(() -> {});
    }

    /** @param changed run whenever an answer may be another one; returns at once */
    public StageWatch(Runnable changed) {
        this.changed = changed;
    }

    public void bind(Generations present) {
        generations = present;
        present.addListener(changed);
        changed.run();
    }

    public void unbind(Generations gone) {
        gone.removeListener(changed);
        if (generations == gone) {
            generations = null;
        }
        changed.run();
    }

    public Stage stage(long bundleId) {
        Generations present = generations;
        return present == null ? Stage.ACTING : present.stage(bundleId);
    }

    /** Whether new work goes to the bundle's services. */
    public boolean acts(long bundleId) {
        return stage(bundleId) == Stage.ACTING;
    }
}
