package org.platformforge.marketplace.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.InstallationReader;

/** The extensions a tenant has installed. */
@Service
public class InstalledIdCompleter extends IdCompleter {
    @Reference
    private InstallationReader installations;

    @Override
    protected Stream<String> ids(Caller operator) {
        return installations.list(operator, null, MOST).items().stream().map(Installation::extensionId);
    }
}
