package org.platformforge.kernel.jobs.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.DeadLetters.Selection;

@Service
@Command(
        scope = "event",
        name = "dead-discard",
        description = "Forgets events that listeners were given up on: they never get them")
public class DeadDiscardCommand extends DeadLetterChange {
    @Override
    int change(Caller operator, Selection selection) {
        return letters.discard(operator, selection);
    }

    @Override
    String verb() {
        return "discarded";
    }
}
