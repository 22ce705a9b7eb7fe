package org.platformforge.kernel.http.command;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Registry;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Keeps a module's shell commands over its update. The shell knows commands by name alone: when the old generation's go,
 * it forgets the new generation's of the same name too. They are told to it again. Thread-safe.
 */
@Component(
        service = {},
        // a listener, which nobody asks for
        immediate = true)
public final class CommandKeeper implements SynchronousBundleListener {
    private static final String HEADER = "Karaf-Commands";

    private final BundleContext context;

    /** Optional: a platform without a shell serves all the same. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile SessionFactory shell;

    @Activate
    public CommandKeeper(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle stopped = event.getBundle();
        SessionFactory current = shell;
        if (current != null
                && event.getType() == BundleEvent.STOPPED
                && stopped.getHeaders("").get(HEADER) != null
                && hasSuccessor(stopped)) {
            registerAgain(current.getRegistry());
        }
    }

    private boolean hasSuccessor(Bundle stopped) {
        return Arrays.stream(context.getBundles())
                .anyMatch(bundle -> bundle.getState() == Bundle.ACTIVE
                        && bundle.getBundleId() != stopped.getBundleId()
                        && Objects.equals(bundle.getSymbolicName(), stopped.getSymbolicName()));
    }

    private static void registerAgain(Registry registry) {
        for (Command command : List.copyOf(registry.getCommands())) {
            // the global ones are the shell's own
            if (!Session.SCOPE_GLOBAL.equals(command.getScope())) {
                registry.unregister(command);
                registry.register(command);
            }
        }
    }
}
