package org.platformforge.marketplace.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.marketplace.domain.Accepted;
import org.platformforge.marketplace.domain.InstallPlanner;
import org.platformforge.marketplace.domain.Proposal;
import org.platformforge.marketplace.rest.Views.PlanView;
import org.platformforge.marketplace.rest.WireMapper;

/** A command that brings a tenant to a version of an extension, or shows what that would do. */
abstract class VersionCommand extends InstallationCommand {
    @Option(name = "--version", description = "A version or a range; the highest without it")
    private String version;

    @Option(name = "--accept", description = "A permission to accept; may be given again", multiValued = true)
    private List<String> accepted = List.of();

    @Option(
            name = "--set",
            description =
                    "A setting, name=value; the value is JSON such as 3 or true, or else text; may be given again",
            multiValued = true)
    private List<String> values = List.of();

    @Option(name = "--with-dependencies", description = "Install what it needs with it")
    private boolean along;

    @Option(name = "--dry-run", description = "Only show the plan")
    private boolean dryRun;

    abstract Proposal planned(InstallPlanner.Wish wish);

    abstract Accepted begun(InstallPlanner.Wish wish);

    @Override
    protected final void run() throws InterruptedException {
        InstallPlanner.Wish wish = new InstallPlanner.Wish(version, configuration(), new TreeSet<>(accepted), along);
        if (dryRun) {
            show(planned(wish));
        } else {
            done(begun(wish));
        }
    }

    private void show(Proposal proposal) {
        PlanView view = WireMapper.plan(proposal);
        ShellTable table = table("Nothing speaks against it", "Code", "Why not");
        view.missingPermissions().forEach(one -> table.addRow().addContent("PERMISSION", one + " is not accepted"));
        view.configurationErrors().forEach(one -> table.addRow().addContent(one.field(), one.message()));
        view.problems().forEach(one -> table.addRow().addContent(one.code(), one.message()));
        if (!wantsJson()) {
            print(view.extensionId() + " " + view.version() + ", " + view.signature());
            view.bundles().forEach(bundle -> print("  " + bundle));
            view.warnings().forEach(one -> print("Warning: " + one.message()));
            view.along().forEach(one -> {
                print("with " + one.extensionId() + " " + one.version() + ", " + one.signature());
                one.bundles().forEach(bundle -> print("  " + bundle));
            });
        }
        print(view, table);
    }

    /** Null where nothing is set: what is set already stays. */
    private Map<String, Object> configuration() {
        Map<String, Object> configuration = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            if (equals < 1) {
                throw PlatformException.invalid("--set", "must be name=value");
            }
            configuration.put(value.substring(0, equals), read(value.substring(equals + 1)));
        }
        return configuration.isEmpty() ? null : configuration;
    }

    static Object read(String value) {
        try {
            Object json = new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readValue(value, Object.class);
            return json == null ? value : json;
        } catch (JsonProcessingException e) {
            return value;
        }
    }
}
