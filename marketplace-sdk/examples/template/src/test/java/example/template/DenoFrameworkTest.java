package example.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.Framework.Plan;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;
import org.platformforge.extension.testkit.ExtensionTestkit;

class DenoFrameworkTest {
    @RegisterExtension
    static final ExtensionTestkit PLATFORM = new ExtensionTestkit();

    private static final String ID = "example.template.deno";

    @Test
    void buildsAndStartsWhatItRecognises() {
        Framework deno = PLATFORM.framework(ID);
        SourceTree source = ExtensionTestkit.source(deno, Map.of("main.ts", "Deno.serve(…)", "README.md", "Hello"));

        assertTrue(deno.detect(source).recognized());
        Plan plan = deno.plan(source);
        assertEquals(List.of("deno cache main.ts"), plan.build());
        assertEquals("exec deno run --allow-net --allow-env --allow-read main.ts", plan.start());
        assertNull(plan.staticDirectory());
        assertEquals(List.of(new Tool("deno", "2")), deno.description().tools());
    }

    @Test
    void startsATaskWhereThereIsOne() {
        Framework deno = PLATFORM.framework(ID);
        Map<String, String> files = Map.of("main.ts", "", "deno.json", "{\"tasks\": {\"start\": \"deno run main.ts\"}}");
        assertEquals(
                "exec deno task start",
                deno.plan(ExtensionTestkit.source(deno, files)).start());
    }

    @Test
    void saysWhatIsMissing() {
        Framework deno = PLATFORM.framework(ID);
        Framework.Detection detection = deno.detect(ExtensionTestkit.source(deno, Map.of("index.html", "")));
        assertFalse(detection.recognized());
        assertEquals("there is none of main.ts, main.js, server.ts", detection.reason());
    }
}
