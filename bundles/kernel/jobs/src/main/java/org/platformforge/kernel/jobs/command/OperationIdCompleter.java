package org.platformforge.kernel.jobs.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;

/** The newest operations of the tenant named before, or of the platform. */
@Service
public class OperationIdCompleter implements Completer {
    @Reference
    private Operations operations;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter known = new StringsCompleter();
        operations.list(tenant(line), null, null, PageRequest.first(PageRequest.MAX_LIMIT)).items().stream()
                .map(Operation::id)
                .forEach(known.getStrings()::add);
        return known.complete(session, line, candidates);
    }

    private static String tenant(CommandLine line) {
        String[] words = line.getArguments();
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals("--tenant")) {
                return words[i + 1];
            }
        }
        return OperationListCommand.PLATFORM;
    }
}
