package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.platformforge.extension.testkit.Answer;
import org.platformforge.extension.testkit.ExtensionTestkit;
import org.platformforge.extension.testkit.Tenant;

class EntriesTest {
    @RegisterExtension
    static final ExtensionTestkit PLATFORM = new ExtensionTestkit();

    @Test
    void keepsEntriesOfEachTenantApart() {
        Tenant acme = PLATFORM.tenant("acme");
        Answer created = acme.post("/entries", Map.of("text", "Hello"));
        String id = created.data().get("id").asText();

        assertEquals(201, created.status());
        assertEquals("Hello", acme.get("/entries/" + id).data().get("text").asText());
        assertEquals(1, acme.get("/entries?author=user_test").data().size());
        assertEquals(404, PLATFORM.tenant("other").get("/entries/" + id).status());
        assertEquals(204, acme.delete("/entries/" + id).status());
        assertEquals(404, acme.delete("/entries/" + id).status());
    }

    @Test
    void writesNeedThePermission() {
        Tenant reader = PLATFORM.tenant("acme").permit("read");

        assertEquals(403, reader.post("/entries", Map.of("text", "Hello")).status());
        assertEquals(200, reader.get("/entries").status());
    }
}
