package org.platformforge.provisioning.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.store.ProvisionRepository.Filter;

/** The newest provisions. */
@Service
public class ProvisionIdCompleter implements Completer {
    @Reference
    private ProvisionService provisions;

    @Reference
    private Callers callers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        PageRequest newest = PageRequest.first(PageRequest.MAX_LIMIT);
        return TenantIds.complete(
                session,
                line,
                candidates,
                callers,
                caller -> provisions.list(caller, Filter.NONE, newest).items().stream()
                        .map(Provision::id));
    }
}
