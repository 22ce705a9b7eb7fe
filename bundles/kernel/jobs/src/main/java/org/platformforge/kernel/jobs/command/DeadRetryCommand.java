package org.platformforge.kernel.jobs.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.DeadLetters.Selection;

@Service
@Command(
        scope = "event",
        name = "dead-retry",
        description = "Has events delivered once more to the listeners that were given up on; what fails is kept again")
public class DeadRetryCommand extends DeadLetterChange {
    @Override
    int change(Caller operator, Selection selection) {
        return letters.retry(operator, selection);
    }

    @Override
    String verb() {
        return "requested";
    }
}
