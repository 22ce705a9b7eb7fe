package org.platformforge.kernel.features.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.features.FeatureSet;
import org.platformforge.kernel.features.FeatureSets;
import org.platformforge.kernel.shell.IdCompleter;

/** Completes names of feature sets. */
@Service
public final class FeatureSetCompleter extends IdCompleter {
    @Reference
    private FeatureSets sets;

    @Override
    protected Stream<String> ids(Caller operator) {
        return sets.list(operator).stream().map(FeatureSet::name);
    }
}
