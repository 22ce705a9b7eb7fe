package org.platformforge.itests.contract.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code contract:look} */
@Service
@RunsReadOnly
@Command(scope = "contract", name = "look", description = "Reads")
public class LookCommand extends OperatorCommand {
    @Override
    protected void run() {
        print("It has looked");
    }
}
