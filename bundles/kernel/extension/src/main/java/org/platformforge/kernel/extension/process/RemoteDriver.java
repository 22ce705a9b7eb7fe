package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** An engine in another process. Whoever calls it looks at what it answers. Thread-safe. */
final class RemoteDriver implements Driver {
    private static final TypeReference<List<Problem>> PROBLEMS = new TypeReference<>() {};
    private static final TypeReference<List<Held>> HELD = new TypeReference<>() {};
    private static final TypeReference<List<String>> LINES = new TypeReference<>() {};
    private static final TypeReference<Observation> OBSERVATION = new TypeReference<>() {};
    private static final TypeReference<Usage> USAGE = new TypeReference<>() {};

    private final String engine;
    private final Set<String> types;
    private final Way way;

    /** Makes the call. */
    @FunctionalInterface
    interface Way {
        /** @param progress null when it is no step */
        Frame call(ObjectNode call, Progress progress) throws Exception;
    }

    RemoteDriver(String engine, Set<String> types, Way way) {
        this.engine = engine;
        this.types = types;
        this.way = way;
    }

    @Override
    public String engine() {
        return engine;
    }

    @Override
    public Set<String> resourceTypes() {
        return types;
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        return ask(head("check", null).set("spec", Frames.JSON.valueToTree(spec)), PROBLEMS);
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        ObjectNode head = head("apply", null).set("spec", Frames.JSON.valueToTree(spec));
        return act(head, progress, OBSERVATION);
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return Optional.ofNullable(ask(head("observe", resourceId), OBSERVATION));
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException, InterruptedException {
        act(head("delete", resourceId), progress, OBSERVATION);
    }

    @Override
    public List<Held> inventory() {
        return ask(head("inventory", null), HELD);
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        return ask(head("logs", resourceId).put("tail", tail), LINES);
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return Optional.ofNullable(ask(head("usage", resourceId), USAGE));
    }

    private ObjectNode head(String method, String resourceId) {
        return RemotePoints.head("driver", engine).put("method", method).put("resource", resourceId);
    }

    private <T> T act(ObjectNode call, Progress progress, TypeReference<T> type)
            throws DriverException, InterruptedException {
        try {
            return Frames.JSON.readValue(way.call(call, progress).body(), type);
        } catch (DriverException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (IOException e) {
            // without its text, which repeats what was said
            throw new IllegalStateException("The engine answered what is no answer");
        } catch (Exception e) {
            throw new IllegalStateException(e.toString(), e);
        }
    }

    private <T> T ask(ObjectNode call, TypeReference<T> type) {
        try {
            return act(call, null, type);
        } catch (DriverException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The engine was not asked to the end", e);
        }
    }
}
