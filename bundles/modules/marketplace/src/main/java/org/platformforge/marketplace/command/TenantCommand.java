package org.platformforge.marketplace.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.domain.Proposal;
import org.platformforge.marketplace.rest.Views.PlanView;
import org.platformforge.marketplace.rest.WireMapper;

/** What all commands of this module have in common: the tenant they act in, and tables or JSON. */
abstract class TenantCommand implements Action {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    private Operations operations;

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

    /** Waits for the operation and tells its end. */
    final Object done(InstallationService.Accepted accepted) throws InterruptedException {
        Caller caller = caller();
        String id = accepted.operation().id();
        Operation ended = operations.await(caller.tenantId(), id, PATIENCE);
        if (json) {
            out().println(ShellJson.text(WireMapper.accepted(accepted)));
        }
        if (ended.error() != null) {
            throw PlatformException.of(ErrorKind.CONFLICT, ended.error().message());
        }
        if (!json) {
            out().println(accepted.installation().extensionId() + ": "
                    + ended.status().name().toLowerCase(Locale.ROOT) + " (" + id + ")");
        }
        return null;
    }

    /** Prints what would be done. */
    final Object plan(Proposal proposal) {
        PlanView view = WireMapper.plan(proposal);
        ShellTable table = new ShellTable().emptyTableText("Nothing speaks against it");
        List.of("Code", "Why not").forEach(table::column);
        view.missingPermissions().forEach(one -> table.addRow().addContent("PERMISSION", one + " is not accepted"));
        view.configurationErrors().forEach(one -> table.addRow().addContent(one.field(), one.message()));
        view.problems().forEach(one -> table.addRow().addContent(one.code(), one.message()));
        if (!json) {
            out().println(view.extensionId() + " " + view.version() + ", " + view.signature());
            view.bundles().forEach(bundle -> out().println("  " + bundle));
        }
        return print(view, table);
    }

    final boolean wantsJson() {
        return json;
    }
}
