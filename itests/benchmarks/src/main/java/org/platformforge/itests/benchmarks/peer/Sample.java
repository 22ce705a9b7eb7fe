package org.platformforge.itests.benchmarks.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** The record all peers serve: put there once, before anything is measured. Thread-safe. */
@Component(service = Sample.class)
public final class Sample {
    private static final ObjectMapper JSON = new ObjectMapper();

    private volatile byte[] bytes = {};
    private volatile Map<?, ?> object = Map.of();

    void set(byte[] json) throws IOException {
        object = JSON.readValue(json, Map.class);
        bytes = json;
    }

    /** As JSON. */
    byte[] bytes() {
        return bytes;
    }

    /** For a provider to write. */
    Map<?, ?> object() {
        return object;
    }
}
