package org.platformforge.deployments.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;

/** Deployments, the newest first. */
@Service
public class DeploymentIdCompleter extends IdCompleter {
    @Reference
    private Deployments deployments;

    @Override
    protected Stream<String> ids(Caller operator) {
        return deployments.ids(operator).stream();
    }
}
