package example.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.extension.testkit.ExtensionTestkit;
import org.platformforge.extension.testkit.Tenant;

class RunbookTest {
    @RegisterExtension
    static final ExtensionTestkit PLATFORM = new ExtensionTestkit();

    private static final String ENGINE = "example.template.runbooks";

    private static ResourceSpec spec(Tenant tenant, String id, String onCall) {
        return tenant.spec(
                id,
                "example.template.runbook",
                Map.of("title", "shop in dev", "url", "http://shop-dev.localhost/", "on_call", onCall));
    }

    @Test
    void contributesItsTemplates() throws IOException {
        List<URL> templates = PLATFORM.templates();
        assertEquals(2, templates.size());
        for (URL template : templates) {
            try (InputStream in = template.openStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(text.startsWith("name: example.template."), text);
            }
        }
    }

    @Test
    void keepsARunbookForWhatWasProvisioned() throws Exception {
        Tenant acme = PLATFORM.tenant("acme");
        Driver engine = acme.engine(ENGINE);

        Driver.Observation made = engine.apply(spec(acme, "res-1", "Ada"), acme.progress());

        assertEquals(Driver.State.RUNNING, made.state());
        assertEquals("/api/v1/ext/example.template/runbooks/res-1", made.outputs().get("path"));
        assertEquals("Ada", acme.get("/runbooks/res-1").data().get("on_call").asText());
        assertEquals(List.of("The runbook is written"), acme.progressLog());
        assertEquals(404, PLATFORM.tenant("other").get("/runbooks/res-1").status());

        // asked again after a crash, and again with somebody else on call
        engine.apply(spec(acme, "res-1", "Ada"), acme.progress());
        engine.apply(spec(acme, "res-1", "Grace"), acme.progress());
        assertEquals(1, engine.inventory().size());
        assertEquals("Grace", acme.get("/runbooks/res-1").data().get("on_call").asText());

        engine.delete("res-1", acme.progress());
        engine.delete("res-1", acme.progress());
        assertTrue(engine.observe("res-1").isEmpty());
        assertTrue(engine.inventory().isEmpty());
        assertTrue(engine.logs("res-1", 10).isEmpty());
    }

    @Test
    void saysWhichPropertyIsWrong() {
        Tenant acme = PLATFORM.tenant("acme");
        assertEquals(
                List.of(new Driver.Problem("on_call", "must say whom to call")),
                acme.engine(ENGINE).check(spec(acme, "res-1", " ")));
    }

    @Test
    void listsMoreThanOnePage() throws Exception {
        Tenant acme = PLATFORM.tenant("acme");
        for (int i = 0; i < 130; i++) {
            acme.engine(ENGINE).apply(spec(acme, "res-" + i, "Ada"), acme.progress());
        }
        assertEquals(130, acme.engine(ENGINE).inventory().size());
    }
}
