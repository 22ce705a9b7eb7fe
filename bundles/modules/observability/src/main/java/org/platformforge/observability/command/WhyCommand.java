package org.platformforge.observability.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.observability.diagnosis.Why;

/** {@code forge:why} */
@Service
@Command(
        scope = "forge",
        name = "why",
        description = "Says in one sentence why a module, component or service is not there")
public final class WhyCommand extends OperatorCommand {
    @Argument(
            name = "name",
            description = "Symbolic name of a bundle, name of a component, or class name of a service",
            required = true)
    private String name;

    @Reference
    private Why why;

    @Override
    protected void run() {
        Why.Answer answer = why.ask(name);
        print(answer, answer.reason());
    }
}
