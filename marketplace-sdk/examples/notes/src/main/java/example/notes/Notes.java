package example.notes;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The notes of the tenant of the call. The other components share it: a service of the extension's own. */
@Component(service = Notes.class)
public final class Notes {
    private static final Logger LOG = LoggerFactory.getLogger(Notes.class);
    private static final URI HOOK = URI.create("https://hooks.example.com/notes");

    private final ExtensionContext context;

    @Activate
    public Notes(@Reference ExtensionContext context) {
        this.context = context;
    }

    private DocumentStore store() {
        return context.tenant().documents("notes");
    }

    Page<Note> list(String author, PageRequest page) {
        return store().list(author == null ? Map.of() : Map.of("author", author), page).map(Note::of);
    }

    Note get(String id) {
        return store().find(id).map(Note::of).orElseThrow(() -> PlatformException.notFound("Note", id));
    }

    Note add(String author, String text) {
        Note note = Note.of(store().insert(Map.of("author", author, "text", text)));
        context.metrics().count("notes.added", 1);
        context.tenant().publish("note.added", Map.of("id", note.id()));
        tellHook(note);
        return note;
    }

    /** Adds a note under an id that comes from outside, at most once however often it is asked for. */
    void addOnce(String id, String author, String text) {
        if (store().find(id).isEmpty()) {
            store().insert(id, Map.of("author", author, "text", text));
        }
    }

    void delete(String id) {
        if (!store().delete(id)) {
            throw PlatformException.notFound("Note", id);
        }
    }

    /** @return how many were older than the tenant keeps them */
    int deleteOld() {
        long days = context.tenant().settings().integer("keep_days").orElseThrow();
        Instant oldest = context.clock().instant().minus(Duration.ofDays(days));
        int deleted = 0;
        // oldest first: what is deleted makes room for the next at the front
        List<Note> batch = list(null, PageRequest.first(100)).items();
        while (!batch.isEmpty() && batch.get(0).createdAt().isBefore(oldest)) {
            for (Note note : batch) {
                if (note.createdAt().isBefore(oldest)) {
                    deleted += store().delete(note.id()) ? 1 : 0;
                }
            }
            batch = list(null, PageRequest.first(100)).items();
        }
        return deleted;
    }

    private void tellHook(Note note) {
        Optional<String> token = context.tenant().settings().secret("hook_token");
        if (token.isEmpty()) {
            return;
        }
        OutboundHttp.Request request = new OutboundHttp.Request(
                "POST",
                HOOK,
                Map.of("Authorization", "Bearer " + token.get(), "Content-Type", "text/plain"),
                note.id().getBytes(StandardCharsets.UTF_8),
                Duration.ofSeconds(3));
        try {
            int status = context.tenant().http().send(request).status();
            if (status >= 400) {
                LOG.info("The hook has answered {}", status);
            }
        } catch (IOException e) {
            // the note is stored: a hook that is away must not take it back
            LOG.info("The hook cannot be reached: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The call was ended").withCause(e);
        }
    }
}
