package org.platformforge.itests.contract.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code contract:change} */
@Service
@Command(scope = "contract", name = "change", description = "Stands for a change")
public class ChangeCommand extends OperatorCommand {
    @Override
    protected void run() {
        print("It has changed");
    }
}
