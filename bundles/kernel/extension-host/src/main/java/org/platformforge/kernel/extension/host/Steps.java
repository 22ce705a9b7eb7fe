package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.PipelineStep.StepRequest;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** Calls of the extension's pipeline steps. Thread-safe. */
final class Steps {
    private static final byte[] NOTHING = new byte[0];

    private final Link link;

    Steps(Link link) {
        this.link = link;
    }

    /** @return what the method returned */
    byte[] call(PipelineStep step, Frame call) throws StepException, InterruptedException, IOException {
        StepRequest request = Frames.JSON.readValue(call.body(), StepRequest.class);
        Object value = call.text("method").equals("check") ? step.check(request.with()) : run(step, request);
        return Frames.JSON.writeValueAsBytes(value);
    }

    private Map<String, String> run(PipelineStep step, StepRequest request) throws StepException, InterruptedException {
        Map<String, String> found = step.run(request, new Run());
        return found == null ? Map.of() : found;
    }

    /** Nobody listens once the call is over. */
    private final class Run implements StepContext {
        private final CallScope call = CallScope.current();

        @Override
        public void log(String line) {
            if (isOn()) {
                link.askQuietly(Link.operation("progress").put("line", line));
            }
        }

        @Override
        public boolean cancelled() {
            return !isOn() || link.askQuietly(Link.operation("cancelled")).asBoolean();
        }

        @Override
        public List<String> files() throws StepException {
            try {
                List<String> paths = new ArrayList<>();
                Frames.JSON
                        .readTree(ask(Link.operation("step.files")).body())
                        .forEach(path -> paths.add(path.asText()));
                return paths;
            } catch (IOException e) {
                throw new IllegalStateException("The platform answered what is no answer", e);
            }
        }

        @Override
        public Optional<byte[]> read(String path) throws StepException {
            Frame reply = ask(Link.operation("step.read").put("path", path));
            return reply.head().path("found").asBoolean() ? Optional.of(reply.body()) : Optional.empty();
        }

        private boolean isOn() {
            return CallScope.currentOrNull() == call;
        }

        private Frame ask(ObjectNode operation) throws StepException {
            if (!isOn()) {
                throw new StepException("STEP_OVER", "The call of the step is over", false, null);
            }
            try {
                return link.ask(operation, NOTHING);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StepException("STEP_ENDED", "The call was ended", true, e);
            } catch (IOException e) {
                if (e.getCause() instanceof StepException refused) {
                    throw refused;
                }
                throw new StepException("STEP_FAILED", e.getMessage(), false, e);
            }
        }
    }
}
