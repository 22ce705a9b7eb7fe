package org.platformforge.kernel.extension.felix;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.platformforge.extension.api.pipeline.PipelineStep.StepRequest;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;

/** A run of a pipeline, as its steps see it; the file {@code big} is too large. Thread-safe. */
final class RunningStep implements StepContext {
    private final Map<String, String> contents;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    RunningStep(Map<String, String> contents) {
        this.contents = contents;
    }

    static StepRequest request(Map<String, Object> with) {
        return new StepRequest("run-1", "scan", "my-app", "github.com/org/my-app", null, "c".repeat(40), with);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void log(String line) {
        lines.add(line);
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public List<String> files() {
        return List.of("LICENCE", "big");
    }

    @Override
    public Optional<byte[]> read(String path) throws StepException {
        if (path.equals("big")) {
            throw new StepException("FILE_TOO_LARGE", "It is too large", false, null);
        }
        return Optional.ofNullable(contents.get(path)).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
