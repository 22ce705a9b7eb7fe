package org.platformforge.kernel.security.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.Tenants;

/** Completes the id of a tenant, among the first hundred. */
@Service
public final class TenantCompleter implements Completer {
    @Reference
    Tenants tenants;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter ids = new StringsCompleter();
        tenants.list(PageRequest.first(PageRequest.MAX_LIMIT))
                .items()
                .forEach(tenant -> ids.getStrings().add(tenant.id()));
        return ids.complete(session, line, candidates);
    }
}
