package org.platformforge.kernel.features.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.platformforge.kernel.features.FeatureSets;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code feature-set:add} */
@Service
@Command(
        scope = "feature-set",
        name = "add",
        description = "Adds the feature sets of a Karaf archive to those that can be installed")
public final class FeatureSetAddCommand extends OperatorCommand {
    @Argument(name = "file", description = "A .kar file", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Reference
    private FeatureSets sets;

    @Override
    protected void run() throws IOException {
        Path kar = Path.of(file);
        if (!Files.isRegularFile(kar)) {
            throw new NoSuchFileException(file);
        }
        FeatureSets.Added added = sets.add(caller(), kar);
        List<String> lines = new ArrayList<>();
        if (!added.feature_sets().isEmpty()) {
            lines.add("Added " + String.join(", ", added.feature_sets()) + "; feature-set:install installs them");
        }
        if (!added.upgrades().isEmpty()) {
            lines.add("Added " + String.join(", ", added.upgrades()) + "; feature-set:upgrade brings them in");
        }
        print(added, lines.isEmpty() ? "Its feature sets were there already" : String.join("\n", lines));
    }
}
