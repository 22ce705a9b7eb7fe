package org.platformforge.kernel.shell;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Tenants;

/** Completes the id of a tenant. */
@Service
public final class TenantCompleter extends IdCompleter {
    @Reference
    private Tenants tenants;

    @Override
    protected Stream<String> ids(Caller operator) {
        return tenants.list(MOST).items().stream().map(Tenants.Tenant::id);
    }
}
