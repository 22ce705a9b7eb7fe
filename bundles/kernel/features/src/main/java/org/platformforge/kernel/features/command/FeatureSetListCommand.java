package org.platformforge.kernel.features.command;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.features.FeatureSet;
import org.platformforge.kernel.features.FeatureSets;
import org.platformforge.kernel.features.rest.FeatureSetViews.FeatureSetView;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code feature-set:list} */
@Service
@Command(scope = "feature-set", name = "list", description = "Lists the feature sets that are installed, or could be")
public final class FeatureSetListCommand extends OperatorCommand {
    @Reference
    private FeatureSets sets;

    @Override
    protected void run() {
        List<FeatureSet> all = sets.list(caller());
        ShellTable table = table("No feature sets", "Name", "Version", "Newest", "State", "Requires", "Description");
        all.forEach(set -> table.addRow()
                .addContent(
                        set.name(),
                        set.version(),
                        set.newest().orElse(""),
                        set.state().name().toLowerCase(Locale.ROOT),
                        String.join(", ", set.requires()),
                        set.description()));
        print(all.stream().map(FeatureSetView::of).toList(), table);
    }
}
