package org.platformforge.pipelines.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;
import org.platformforge.pipelines.domain.PipelineService;

/** Pipelines, the first by id. */
@Service
public class PipelineIdCompleter extends IdCompleter {
    @Reference
    private PipelineService pipelines;

    @Override
    protected Stream<String> ids(Caller operator) {
        return pipelines.ids(operator).stream().limit(MOST.limit());
    }
}
