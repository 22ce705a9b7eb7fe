package org.platformforge.extension.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;

/** Documents in memory under the platform's limits; they go through JSON, as on the platform. Thread-safe. */
final class MemoryDocuments implements DocumentStore {
    private static final int MAX_BYTES = 256 << 10;
    private static final int MAX_ID = 128;

    private final Set<String> indexed;
    private final Clock clock;
    private final Map<String, Document> documents = new LinkedHashMap<>();

    MemoryDocuments(Set<String> indexed, Clock clock) {
        this.indexed = indexed;
        this.clock = clock;
    }

    @Override
    public synchronized Optional<Document> find(String id) {
        return Optional.ofNullable(documents.get(id));
    }

    @Override
    public Document insert(Map<String, ?> data) {
        return insert(Ids.next("doc-"), data);
    }

    @Override
    public synchronized Document insert(String id, Map<String, ?> data) {
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw PlatformException.invalid("id", "It must have 1 to " + MAX_ID + " characters");
        }
        Instant now = clock.instant();
        Document document = new Document(id, 1, copy(data), now, now);
        if (documents.putIfAbsent(id, document) != null) {
            throw PlatformException.of(ErrorKind.CONFLICT, "There is a document of this id");
        }
        return document;
    }

    @Override
    public synchronized Document replace(String id, long expectedVersion, Map<String, ?> data) {
        Document before = documents.get(id);
        if (before == null) {
            throw PlatformException.notFound("Document", id);
        }
        if (expectedVersion != 0 && expectedVersion != before.version()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The document is at version " + before.version());
        }
        Document after = new Document(id, before.version() + 1, copy(data), before.createdAt(), clock.instant());
        documents.put(id, after);
        return after;
    }

    @Override
    public synchronized boolean delete(String id) {
        return documents.remove(id) != null;
    }

    @Override
    public synchronized Page<Document> list(Map<String, ?> equal, PageRequest page) {
        for (String field : equal.keySet()) {
            if (!indexed.contains(field)) {
                throw PlatformException.invalid(field, "The manifest's indexes do not name it for this collection");
            }
        }
        Map<String, Object> wanted = copy(equal);
        List<Document> all = documents.values().stream()
                .filter(document -> wanted.entrySet().stream()
                        .allMatch(
                                field -> field.getValue().equals(document.data().get(field.getKey()))))
                .toList();
        return Pages.of(all, page);
    }

    private static Map<String, Object> copy(Map<String, ?> data) {
        try {
            byte[] json = Dispatcher.MAPPER.writeValueAsBytes(data);
            if (json.length > MAX_BYTES) {
                throw PlatformException.invalid("data", "It must have at most " + MAX_BYTES + " bytes as JSON");
            }
            return Dispatcher.MAPPER.readValue(json, new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw PlatformException.invalid("data", "It is not JSON-compatible").withCause(e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
