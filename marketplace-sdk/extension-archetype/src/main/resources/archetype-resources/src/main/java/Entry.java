package ${package};

import java.time.Instant;
import org.platformforge.extension.api.DocumentStore.Document;

/** An entry as a client sees it. */
public record Entry(String id, String text, String author, Instant createdAt) {
    static Entry of(Document document) {
        return new Entry(
                document.id(),
                (String) document.data().get("text"),
                (String) document.data().get("author"),
                document.createdAt());
    }
}
