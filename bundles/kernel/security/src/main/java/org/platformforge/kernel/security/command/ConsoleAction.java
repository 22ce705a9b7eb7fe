package org.platformforge.kernel.security.command;

import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;

/** A command of an operator, who acts in the tenant that is named. */
abstract class ConsoleAction implements Action {
    @Option(name = "--tenant", description = "The tenant to act in")
    @Completion(TenantCompleter.class)
    String tenant = Tenants.PLATFORM;

    @Option(name = "--json", description = "Print JSON")
    boolean json;

    @Reference
    Session session;

    @Reference
    Callers callers;

    @Reference
    Tenants tenants;

    @Override
    public final Object execute() throws Exception {
        try {
            run();
            return null;
        } catch (PlatformException e) {
            String fields = e.fields().stream()
                    .map(field -> "; " + field.field() + " " + field.message())
                    .collect(Collectors.joining());
            throw new CommandException(e.getMessage() + fields);
        }
    }

    abstract void run();

    /** The operator at this console, acting in the named tenant. */
    final Caller caller() {
        if (tenants.find(tenant).isEmpty()) {
            throw PlatformException.notFound("Tenant", tenant);
        }
        Object user = session.get("USER");
        return callers.shell(tenant, user == null ? "console" : user.toString(), Set.of("operator"));
    }

    final void print(String text) {
        session.getConsole().println(text);
    }
}
