package org.platformforge.catalog.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.catalog.domain.ServiceCatalog;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;

/** Services, the first by name. */
@Service
public class ServiceIdCompleter extends IdCompleter {
    @Reference
    private ServiceCatalog catalog;

    @Override
    protected Stream<String> ids(Caller operator) {
        return catalog.ids(operator).stream().limit(MOST.limit());
    }
}
