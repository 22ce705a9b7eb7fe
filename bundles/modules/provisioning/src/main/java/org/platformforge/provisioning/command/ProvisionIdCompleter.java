package org.platformforge.provisioning.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.store.ProvisionRepository.Filter;

/** The newest provisions. */
@Service
public class ProvisionIdCompleter extends IdCompleter {
    @Reference
    private ProvisionService provisions;

    @Override
    protected Stream<String> ids(Caller operator) {
        return provisions.list(operator, Filter.NONE, MOST).items().stream().map(Provision::id);
    }
}
