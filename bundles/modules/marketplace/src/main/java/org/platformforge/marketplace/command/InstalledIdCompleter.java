package org.platformforge.marketplace.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.InstallationService;

/** The extensions a tenant has installed. */
@Service
public class InstalledIdCompleter implements Completer {
    @Reference
    private InstallationService installations;

    @Reference
    private Callers callers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        PageRequest most = PageRequest.first(PageRequest.MAX_LIMIT);
        return TenantIds.complete(
                session,
                line,
                candidates,
                callers,
                caller ->
                        installations.list(caller, null, most).items().stream().map(Installation::extensionId));
    }
}
