package org.platformforge.pipelines.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;
import org.platformforge.pipelines.domain.PipelineService;

/** The newest runs of all pipelines. */
@Service
public class RunIdCompleter extends IdCompleter {
    @Reference
    private PipelineService pipelines;

    @Override
    protected Stream<String> ids(Caller operator) {
        return pipelines.list(operator, null, MOST).items().stream()
                .filter(shown -> shown.last() != null)
                .map(shown -> shown.last().id());
    }
}
