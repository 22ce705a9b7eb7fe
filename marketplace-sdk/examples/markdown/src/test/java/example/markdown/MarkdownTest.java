package example.markdown;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.platformforge.extension.testkit.ExtensionTestkit;

class MarkdownTest {
    @RegisterExtension
    static final ExtensionTestkit PLATFORM = new ExtensionTestkit();

    @Test
    void rendersWithItsPrivateLibrary() {
        assertEquals(
                "<p><strong>Hello</strong> &lt;b&gt; &amp; you</p>\n",
                PLATFORM.tenant("acme")
                        .post("/html", Map.of("markdown", "**Hello** <b> &amp; you"))
                        .data()
                        .get("html")
                        .asText());
    }
}
