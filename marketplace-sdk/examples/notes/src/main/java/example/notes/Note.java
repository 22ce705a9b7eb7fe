package example.notes;

import java.time.Instant;
import org.platformforge.extension.api.DocumentStore.Document;

/** A note as a client sees it. */
public record Note(String id, String text, String author, Instant createdAt) {
    static Note of(Document document) {
        return new Note(
                document.id(),
                (String) document.data().get("text"),
                (String) document.data().get("author"),
                document.createdAt());
    }
}
