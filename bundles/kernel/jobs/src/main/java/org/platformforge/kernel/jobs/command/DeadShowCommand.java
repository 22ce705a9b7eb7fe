package org.platformforge.kernel.jobs.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.DeadLetters.DeadLetter;
import org.platformforge.kernel.shell.ShellJson;

@Service
@Command(
        scope = "event",
        name = "dead-show",
        description = "Shows an event that listeners were given up on, with its data and what each failed with")
public class DeadShowCommand extends DeadLetterAction {
    @Argument(name = "event", description = "The event's id", required = true)
    @Completion(DeadEventCompleter.class)
    private String event;

    @Override
    protected void run() {
        List<DeadLetter> found = letters.list(selection(event), DeadLetters.MOST);
        if (found.isEmpty()) {
            throw PlatformException.notFound("Dead letter", event);
        }
        print(found);
        if (!wantsJson()) {
            DeadLetter first = found.get(0);
            print("Published at " + first.event().createdAt() + " with "
                    + ShellJson.text(first.event().data()));
        }
    }
}
