package org.platformforge.delivery.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/**
 * JSON of columns. Binds records of the kernel's API only: classes of this module would be kept by Jackson's shared caches.
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
