package example.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.platformforge.extension.testkit.ExtensionTestkit;

class TemplatesTest {
    @RegisterExtension
    static final ExtensionTestkit PLATFORM = new ExtensionTestkit();

    @Test
    void contributesItsTemplate() throws IOException {
        assertEquals(1, PLATFORM.templates().size());
        try (InputStream in = PLATFORM.templates().get(0).openStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(text.startsWith("name: example-small-app"));
        }
    }
}
