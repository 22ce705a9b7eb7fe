package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** A pipeline step in another process. Whoever calls it looks at what it answers. Thread-safe. */
final class RemoteStep implements PipelineStep {
    private static final TypeReference<List<Problem>> PROBLEMS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> FOUND = new TypeReference<>() {};

    private final String name;
    private final Way way;

    /** Makes the call. */
    @FunctionalInterface
    interface Way {
        /** @param run null when nothing is done yet */
        Frame call(ObjectNode call, byte[] body, StepContext run) throws Exception;
    }

    RemoteStep(String name, Way way) {
        this.name = name;
        this.way = way;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Problem> check(Map<String, Object> with) {
        try {
            return ask("check", new StepRequest(null, null, null, null, null, null, with), null, PROBLEMS);
        } catch (StepException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The step was not asked to the end", e);
        }
    }

    @Override
    public Map<String, String> run(StepRequest request, StepContext context)
            throws StepException, InterruptedException {
        return ask("run", request, context, FOUND);
    }

    private <T> T ask(String method, StepRequest request, StepContext run, TypeReference<T> type)
            throws StepException, InterruptedException {
        ObjectNode head = RemotePoints.head("step", name).put("method", method);
        try {
            return Frames.JSON.readValue(
                    way.call(head, Frames.JSON.writeValueAsBytes(request), run).body(), type);
        } catch (StepException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (IOException e) {
            // without its text, which repeats what was said
            throw new IllegalStateException("The step answered what is no answer");
        } catch (Exception e) {
            throw new IllegalStateException(e.toString(), e);
        }
    }
}
