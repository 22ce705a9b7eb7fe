package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** A framework in another process. Whoever calls it looks at what it answers. Thread-safe. */
final class RemoteFramework implements Framework {
    private final Description description;
    private final Set<String> files;
    private final Way way;

    /** Makes the call. */
    @FunctionalInterface
    interface Way {
        Frame call(ObjectNode call, byte[] body) throws Exception;
    }

    private RemoteFramework(Description description, Set<String> files, Way way) {
        this.description = description;
        this.files = files;
        this.way = way;
    }

    static RemoteFramework of(JsonNode told, Way way) {
        Set<String> files = new LinkedHashSet<>();
        for (JsonNode file : told.path("files")) {
            if (files.size() <= MOST_FILES) { // one more than will do, for whoever checks it
                files.add(file.asText());
            }
        }
        try {
            Description description = Frames.JSON.treeToValue(told.path("description"), Description.class);
            return new RemoteFramework(description, files, way);
        } catch (IOException e) {
            // without its text, which repeats what was said
            throw new IllegalStateException("The process describes a framework that is none");
        }
    }

    @Override
    public Description description() {
        return description;
    }

    @Override
    public Set<String> files() {
        return files;
    }

    @Override
    public Detection detect(SourceTree source) {
        return read(ask("detect", source), Detection.class);
    }

    @Override
    public Plan plan(SourceTree source) {
        JsonNode answer = ask("plan", source);
        if (answer.hasNonNull("refused")) {
            throw new IllegalArgumentException(answer.path("refused").asText());
        }
        return read(answer.path("plan"), Plan.class);
    }

    private JsonNode ask(String method, SourceTree source) {
        ObjectNode head = RemotePoints.head("framework", description.id()).put("method", method);
        try {
            return Frames.JSON.readTree(
                    way.call(head, Frames.JSON.writeValueAsBytes(source)).body());
        } catch (IOException e) {
            throw new IllegalStateException("The framework answered what is no answer");
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The framework was not asked to the end", e);
        } catch (Exception e) {
            throw new IllegalStateException(e.toString(), e);
        }
    }

    private static <T> T read(JsonNode json, Class<T> type) {
        try {
            return Frames.JSON.treeToValue(json, type);
        } catch (IOException e) {
            throw new IllegalStateException("The framework answered what is no answer");
        }
    }
}
