package org.platformforge.provisioning.command;

import java.io.PrintStream;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;

/** What all commands of this module have in common: the tenant they act in, and tables or JSON. */
abstract class TenantCommand implements Action {
    static final String TENANT_OPTION = "--tenant";

    @Option(name = TENANT_OPTION, description = "The tenant to act in")
    private String tenant = Tenants.PLATFORM;

    @Option(name = "--json", description = "Print JSON")
    private boolean json;

    @Reference
    private Callers callers;

    @Reference
    private Tenants tenants;

    @Reference
    private Session session;

    /** @throws PlatformException {@code NOT_FOUND} for a tenant that does not exist */
    final Caller caller() {
        if (tenants.find(tenant).isEmpty()) {
            throw PlatformException.notFound("Tenant", tenant);
        }
        return callers.shell(tenant, user(session), Set.of("operator"));
    }

    static String user(Session session) {
        Object user = session.get("USER");
        return user == null ? "shell" : user.toString();
    }

    final PrintStream out() {
        return session.getConsole();
    }

    /**
     * Prints one or the other.
     *
     * @param view a wire record, or a list of them
     */
    final Object print(Object view, ShellTable table) {
        if (json) {
            out().println(ShellJson.text(view));
        } else {
            table.print(out());
        }
        return null;
    }

    final boolean wantsJson() {
        return json;
    }
}
