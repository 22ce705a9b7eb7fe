package org.platformforge.kernel.api.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/**
 * JSON of columns, written and read by one module. Bind records of the kernel's API, maps and lists only: classes of a
 * module would be kept by Jackson's caches after the module is gone, unless the module has a {@code Json} of its own.
 * Thread-safe.
 */
public final class Json {
    private final ObjectMapper mapper = new ObjectMapper();

    private interface Work<T> {
        T apply() throws JsonProcessingException;
    }

    public String write(Object value) {
        return ours(() -> mapper.writeValueAsString(value));
    }

    public <T> T read(String text, Class<T> type) {
        return ours(() -> mapper.readValue(text, type));
    }

    public List<String> readList(String text) {
        return ours(() -> mapper.readValue(text, new TypeReference<List<String>>() {}));
    }

    public Map<String, Object> readMap(String text) {
        return ours(() -> mapper.readValue(text, new TypeReference<Map<String, Object>>() {}));
    }

    /** What is read here was written here, so a failure is a defect and no input error. */
    private static <T> T ours(Work<T> work) {
        try {
            return work.apply();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON of our own cannot be read or written", e);
        }
    }
}
