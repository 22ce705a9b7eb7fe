package org.platformforge.kernel.security.command;

import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;

/** Completes the id of an API key of the tenant on the line, among the newest hundred. */
@Service
public final class ApiKeyCompleter implements Completer {
    @Reference
    ApiKeys keys;

    @Reference
    Callers callers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter ids = new StringsCompleter();
        keys
                .list(
                        callers.shell(tenant(line), "console", Set.of("operator")),
                        PageRequest.first(PageRequest.MAX_LIMIT))
                .items()
                .stream()
                .filter(key -> key.revokedAt() == null)
                .forEach(key -> ids.getStrings().add(key.id()));
        return ids.complete(session, line, candidates);
    }

    private static String tenant(CommandLine line) {
        String[] words = line.getArguments();
        for (int i = 0; i + 1 < words.length; i++) {
            if ("--tenant".equals(words[i])) {
                return words[i + 1];
            }
        }
        return Tenants.PLATFORM;
    }
}
