package org.platformforge.provisioning.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.store.ResourceRepository.Filter;

/** The newest resources. */
@Service
public class ResourceIdCompleter extends IdCompleter {
    @Reference
    private ResourceService resources;

    @Override
    protected Stream<String> ids(Caller operator) {
        return resources.list(operator, Filter.NONE, MOST).items().stream().map(Resource::id);
    }
}
