package org.platformforge.marketplace.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.marketplace.domain.InstallPlanner;
import org.platformforge.marketplace.domain.InstallationService;

@Service
@Command(scope = "extension", name = "install", description = "Installs an extension for a tenant")
public class ExtensionInstallCommand extends TenantCommand {
    @Argument(name = "id", description = "The extension, publisher.name", required = true)
    @Completion(ExtensionIdCompleter.class)
    private String id;

    @Option(name = "--version", description = "A version or a range; the highest without it")
    private String version;

    @Option(name = "--accept", description = "A permission to accept; may be given again", multiValued = true)
    private List<String> accepted = List.of();

    @Option(name = "--set", description = "A setting, name=value; may be given again", multiValued = true)
    private List<String> values = List.of();

    @Option(name = "--dry-run", description = "Only show the plan")
    private boolean dryRun;

    @Reference
    private InstallationService installations;

    @Override
    public Object execute() throws InterruptedException {
        return dryRun
                ? plan(installations.plan(caller(), id, wish()))
                : done(installations.install(caller(), id, wish()));
    }

    private InstallPlanner.Wish wish() {
        Map<String, Object> configuration = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            if (equals < 1) {
                throw PlatformException.invalid("--set", "must be name=value");
            }
            configuration.put(value.substring(0, equals), value.substring(equals + 1));
        }
        return new InstallPlanner.Wish(
                version, configuration.isEmpty() ? null : configuration, new TreeSet<>(accepted));
    }
}
