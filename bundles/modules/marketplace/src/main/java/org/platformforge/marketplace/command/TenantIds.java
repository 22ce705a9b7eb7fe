package org.platformforge.marketplace.command;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;

/** Completes ids of the tenant that the line names, or of the operators' own. */
final class TenantIds {
    private TenantIds() {}

    static int complete(
            Session session,
            CommandLine line,
            List<String> candidates,
            Callers callers,
            Function<Caller, Stream<String>> ids) {
        StringsCompleter known = new StringsCompleter();
        Caller caller = callers.shell(tenant(line), TenantCommand.user(session), Set.of("operator"));
        ids.apply(caller).forEach(known.getStrings()::add);
        return known.complete(session, line, candidates);
    }

    private static String tenant(CommandLine line) {
        String[] words = line.getArguments();
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals(TenantCommand.TENANT_OPTION)) {
                return words[i + 1];
            }
        }
        return Tenants.PLATFORM;
    }
}
