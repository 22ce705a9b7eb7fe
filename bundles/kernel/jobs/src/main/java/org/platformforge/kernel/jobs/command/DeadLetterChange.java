package org.platformforge.kernel.jobs.command;

import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.DeadLetters.Selection;

/** Does something to one event or, by {@code --all}, to all that the options leave. */
abstract class DeadLetterChange extends DeadLetterAction {
    @Argument(name = "event", description = "The event's id")
    @Completion(DeadEventCompleter.class)
    private String event;

    @Option(name = "--all", description = "All of them, or all of --tenant and --listener")
    private boolean all;

    @Option(name = "--dry-run", description = "Only show which; of very many the newest 1000")
    private boolean dryRun;

    /** @return how many it concerned */
    abstract int change(Caller operator, Selection selection);

    /** What is printed before the number, and its name in JSON. */
    abstract String verb();

    @Override
    protected final void run() {
        if ((event == null) != all) {
            throw PlatformException.invalid("event", "Name an event, or all of them with --all");
        }
        if (dryRun) {
            print(letters.list(selection(event), DeadLetters.MOST));
            return;
        }
        int changed = change(caller(), selection(event));
        print(Map.of(verb(), changed), verb() + ": " + changed);
    }
}
