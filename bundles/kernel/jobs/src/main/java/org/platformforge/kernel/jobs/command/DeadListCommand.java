package org.platformforge.kernel.jobs.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "event",
        name = "dead-list",
        description = "Lists events that listeners were given up on, the newest first")
public class DeadListCommand extends DeadLetterAction {
    @Option(name = "--limit", description = "How many, at most 1000")
    private int limit = 100;

    @Override
    protected void run() {
        print(letters.list(selection(null), limit));
    }
}
