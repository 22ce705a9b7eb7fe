package org.platformforge.kernel.shell;

import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;

/** Completes ids of the tenant that the line names by {@code --tenant}, or of the operators' own. */
public abstract class IdCompleter implements Completer {
    /** As many as are offered. */
    protected static final PageRequest MOST = PageRequest.first(PageRequest.MAX_LIMIT);

    @Reference
    private Callers callers;

    /** At most {@link #MOST}, those first that are meant most likely. */
    protected abstract Stream<String> ids(Caller operator);

    @Override
    public final int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter known = new StringsCompleter();
        try {
            ids(OperatorCommand.operator(callers, session, tenant(line))).forEach(known.getStrings()::add);
        } catch (PlatformException e) {
            // what cannot be asked now has no completion; the command itself will say why
            return -1;
        }
        return known.complete(session, line, candidates);
    }

    private static String tenant(CommandLine line) {
        String[] words = line.getArguments();
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals(TenantCommand.OPTION)) {
                return words[i + 1];
            }
        }
        return Tenants.PLATFORM;
    }
}
