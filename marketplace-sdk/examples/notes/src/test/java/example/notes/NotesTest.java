package example.notes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.platformforge.extension.testkit.Answer;
import org.platformforge.extension.testkit.ExtensionTestkit;
import org.platformforge.extension.testkit.Tenant;

class NotesTest {
    @RegisterExtension
    static final ExtensionTestkit PLATFORM = new ExtensionTestkit();

    private final Map<String, String> hello = Map.of("text", "Hello");

    @Test
    void keepsNotesOfEachTenantApart() {
        Tenant acme = PLATFORM.tenant("acme");
        Answer created = acme.post("/notes", hello);
        String id = created.data().get("id").asText();

        assertEquals(201, created.status());
        assertEquals("2026-01-01T00:00:00Z", created.data().get("created_at").asText());
        assertEquals("Hello", acme.get("/notes/" + id).data().get("text").asText());
        assertEquals(1, acme.get("/notes?author=user_test&limit=5").data().size());
        assertEquals(0, acme.get("/notes?author=somebody").data().size());
        assertEquals(0, PLATFORM.tenant("other").get("/notes").data().size());
        assertEquals(404, PLATFORM.tenant("other").get("/notes/" + id).status());
        assertEquals(204, acme.delete("/notes/" + id).status());
        assertEquals(404, acme.delete("/notes/" + id).status());
        assertEquals(1, PLATFORM.metrics().counter("notes.added"));
        assertEquals("ext.example.notes.note.added", acme.published().get(0).type());
    }

    @Test
    void writesNeedThePermission() {
        Tenant acme = PLATFORM.tenant("acme").permit("read");

        assertEquals(403, acme.post("/notes", hello).status());
        assertEquals(200, acme.get("/notes").status());
    }

    @Test
    void notesWhatWasProvisionedOnce() {
        Tenant acme = PLATFORM.tenant("acme");

        assertEquals(1, acme.happened("provision.completed", Map.of("id", "prov-1")));
        assertEquals("Provisioned: prov-1", acme.get("/notes").data().get(0).get("text").asText());
        assertThrows(IllegalArgumentException.class, () -> acme.happened("invoice.paid", Map.of()));
    }

    @Test
    void throwsOldNotesAway() {
        Tenant acme = PLATFORM.tenant("acme").configure(Map.of("keep_days", 2));
        acme.post("/notes", hello);
        PLATFORM.clock().advance(Duration.ofDays(1));
        acme.post("/notes", Map.of("text", "Newer"));
        PLATFORM.clock().advance(Duration.ofDays(1).plusSeconds(1));

        acme.job("clean");

        assertEquals("Newer", acme.get("/notes").data().get(0).get("text").asText());
        assertEquals(1, acme.get("/notes").data().size());
    }

    @Test
    void tellsTheHookWithTheTenantsSecret() {
        Tenant acme = PLATFORM.tenant("acme").configure(Map.of("hook_token", "s3cret-token"));
        PLATFORM.http().answer("POST", "https://hooks.example.com/notes", 500, "");

        assertEquals(201, acme.post("/notes", hello).status());
        assertEquals("Bearer s3cret-token", PLATFORM.http().requests().get(0).headers().get("Authorization"));
        assertThrows(IllegalArgumentException.class, () -> acme.configure(Map.of("hook_token", "short")));
        assertEquals(201, PLATFORM.tenant("other").post("/notes", hello).status());
        assertEquals(1, PLATFORM.http().requests().size());
    }
}
