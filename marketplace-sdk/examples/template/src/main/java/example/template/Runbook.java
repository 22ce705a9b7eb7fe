package example.template;

import java.time.Instant;
import java.util.Map;
import org.platformforge.extension.api.DocumentStore.Document;

/** What whoever is called at night has to know. */
public record Runbook(
        String id, String service, String environment, String title, String url, String onCall, Instant updatedAt) {
    static Runbook of(Document document) {
        Map<String, Object> data = document.data();
        return new Runbook(
                document.id(),
                (String) data.get("service"),
                (String) data.get("environment"),
                (String) data.get("title"),
                (String) data.get("url"),
                (String) data.get("on_call"),
                document.updatedAt());
    }
}
