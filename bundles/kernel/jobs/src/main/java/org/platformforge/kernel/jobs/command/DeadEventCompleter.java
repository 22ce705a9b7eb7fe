package org.platformforge.kernel.jobs.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.DeadLetters.Selection;
import org.platformforge.kernel.shell.IdCompleter;

/** The newest events that listeners were given up on, of all tenants. */
@Service
public class DeadEventCompleter extends IdCompleter {
    @Reference
    private DeadLetters letters;

    @Override
    protected Stream<String> ids(Caller operator) {
        return letters.list(Selection.ALL, MOST.limit()).stream()
                .map(letter -> letter.event().id())
                .distinct();
    }
}
