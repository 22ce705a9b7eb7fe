package org.platformforge.provisioning.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.store.ResourceRepository.Filter;

/** The newest resources. */
@Service
public class ResourceIdCompleter implements Completer {
    @Reference
    private ResourceService resources;

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
                caller -> resources.list(caller, Filter.NONE, newest).items().stream()
                        .map(Resource::id));
    }
}
