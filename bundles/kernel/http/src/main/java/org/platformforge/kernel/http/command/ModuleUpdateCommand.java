package org.platformforge.kernel.http.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;

@Service
@Command(
        scope = "forge",
        name = "module-update",
        description = "Puts a new version of a module in the old one's place without losing a request")
public final class ModuleUpdateCommand implements Action {
    @Reference
    private ModuleManager modules;

    @Argument(
            name = "file",
            description = "The module's JAR: a file, or a URL such as file:, https: or mvn:",
            required = true)
    @Completion(ModuleFileCompleter.class)
    private String source;

    @Option(name = "--json", description = "Print JSON")
    private boolean json;

    record Done(String module, String from, String to, long readyMillis, long totalMillis) {}

    @Override
    public Object execute() throws Exception {
        ModuleManager.Swap swap;
        try {
            swap = modules.update(open());
        } catch (PlatformException e) {
            StringBuilder reason = new StringBuilder(e.getMessage());
            e.fields().forEach(field -> reason.append("\n  ")
                    .append(field.field())
                    .append(": ")
                    .append(field.message()));
            throw new IllegalArgumentException(reason.toString(), e);
        }
        Done done = new Done(
                swap.to().symbolicName(),
                swap.from().version() + " (bundle " + swap.from().bundleId() + ")",
                swap.to().version() + " (bundle " + swap.to().bundleId() + ")",
                swap.ready().toMillis(),
                swap.total().toMillis());
        System.out.println(
                json
                        ? Json.of(done)
                        : done.module + ": " + done.to + " took the place of " + done.from + ", ready after "
                                + done.readyMillis + " ms, the old one gone after " + done.totalMillis + " ms");
        return null;
    }

    private InputStream open() throws IOException {
        return source.matches("[a-z]{2,}:.*") ? new URL(source).openStream() : Files.newInputStream(Path.of(source));
    }
}
