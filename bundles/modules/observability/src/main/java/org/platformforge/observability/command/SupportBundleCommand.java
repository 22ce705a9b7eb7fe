package org.platformforge.observability.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.observability.support.SupportBundle;

/** {@code support:bundle} */
@Service
@Command(
        scope = "support",
        name = "bundle",
        description =
                "Writes a file for whoever helps: versions, settings, wiring, health, figures, threads, log; no secrets")
public final class SupportBundleCommand extends OperatorCommand {
    @Option(name = "--lines", description = "How many of the log's last lines, 0 to 100000")
    private int lines = 5000;

    @Reference
    private SupportBundle bundle;

    @Override
    protected void run() throws IOException {
        if (lines < 0 || lines > 100_000) {
            throw PlatformException.invalid("--lines", "must be 0 to 100000");
        }
        Path file = bundle.write(caller(), lines);
        print(Map.of("file", file.toString()), "Written to " + file + "; read it before you give it away");
    }
}
