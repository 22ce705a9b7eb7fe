package org.platformforge.kernel.shell;

import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;

/** A command of an operator who acts in the tenant that is named, or in the operators' own. */
public abstract class TenantCommand extends OperatorCommand {
    static final String OPTION = "--tenant";

    @Option(name = OPTION, description = "The tenant to act in")
    @Completion(TenantCompleter.class)
    private String tenant = Tenants.PLATFORM;

    @Reference
    private Tenants tenants;

    /** @throws PlatformException {@code NOT_FOUND} for a tenant that does not exist */
    @Override
    protected final Caller caller() {
        if (tenants.find(tenant).isEmpty()) {
            throw PlatformException.notFound("Tenant", tenant);
        }
        return caller(tenant);
    }
}
