package org.platformforge.kernel.http.command;

import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.platformforge.kernel.api.module.ModuleManager;

@Service
@Command(
        scope = "forge",
        name = "module-update",
        description = "Puts a new version of a module in the old one's place without losing a request")
public final class ModuleUpdateCommand extends ModuleAction {
    @Argument(
            name = "file",
            description = "The module's JAR: a file, or a URL such as file:, https: or mvn:",
            required = true)
    @Completion(ModuleFileCompleter.class)
    private String source;

    record Done(
            String module,
            String from,
            String to,
            long readyMillis,
            long totalMillis,
            long requests,
            long failedRequests) {}

    @Override
    protected void run() throws IOException, CommandException {
        ModuleManager.Swap swap = modules.update(caller(), open(source));
        Done done = new Done(
                swap.to().symbolicName(),
                swap.from().version() + " (bundle " + swap.from().bundleId() + ")",
                swap.to().version() + " (bundle " + swap.to().bundleId() + ")",
                swap.ready().toMillis(),
                swap.total().toMillis(),
                swap.requests(),
                swap.failedRequests());
        print(
                done,
                done.module + ": " + done.to + " took the place of " + done.from + ", ready after " + done.readyMillis
                        + " ms, the old one gone after " + done.totalMillis + " ms; " + done.failedRequests + " of "
                        + done.requests + " requests failed");
    }
}
