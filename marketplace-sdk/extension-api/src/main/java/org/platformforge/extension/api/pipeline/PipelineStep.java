package org.platformforge.extension.api.pipeline;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stage of pipelines that an extension does, such as looking for licences or telling somebody. A pipeline names it as
 * {@code uses: <extension>/<step>} and says {@code with} what. Registered as an OSGi service; called in the tenant of the
 * pipeline, on a thread of the extension, within its limits. A run that is cut off begins its step again. Thread-safe.
 */
@ConsumerType
public interface PipelineStep {
    /** Stable within the extension; lower-case letters, digits and {@code -}. */
    String name();

    /**
     * Looks at what a pipeline gives it, before anything of the run is done. Returns at once.
     *
     * @param with as the pipeline's definition has it; JSON-compatible
     * @return every problem; empty when nothing stands in the way
     */
    List<Problem> check(Map<String, Object> with);

    /**
     * Does it; returns when the run may go on.
     *
     * @return what it found, shown with the stage; JSON-compatible texts, no secrets
     * @throws StepException ends the run, or is tried again
     * @throws InterruptedException when the platform stops or swaps: the step is begun again later
     */
    Map<String, String> run(StepRequest request, StepContext context) throws StepException, InterruptedException;

    /** @param field of {@code with}, or an empty string */
    record Problem(String field, String message) {}

    /**
     * What a step is asked for.
     *
     * @param runId {@code run-…}
     * @param stage its name in the pipeline
     * @param service what is deployed
     * @param branch null for the repository's default branch
     * @param commit 40 hexadecimal digits
     * @param with as in {@link #check}
     */
    record StepRequest(
            String runId,
            String stage,
            String service,
            String repository,
            String branch,
            String commit,
            Map<String, Object> with) {}
}
