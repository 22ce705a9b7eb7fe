package org.platformforge.kernel.extension.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.extension.wire.Frames;

class IntroductionTest {
    private static ObjectNode said(String routes, String types) throws Exception {
        return (ObjectNode) Frames.JSON.readTree("{\"type\":\"ready\",\"routes\":"
                + Frames.JSON.writeValueAsString(routes) + ",\"listeners\":[{\"name\":\"one\",\"types\":" + types
                + "}],\"jobs\":[]}");
    }

    @Test
    void takesNoNoticeOfTheOrderInWhichAProcessTells() throws Exception {
        ObjectNode first =
                said("{\"routes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"paths\":{\"x\":1,\"y\":2}}", "[\"p\",\"q\"]");
        ObjectNode again =
                said("{\"paths\":{\"y\":2,\"x\":1},\"routes\":[{\"id\":\"b\"},{\"id\":\"a\"}]}", "[\"q\",\"p\"]");

        assertThat(Introduction.same(first, again)).isTrue();
    }

    @Test
    void noticesWhatIsAddedOrLeftOut() throws Exception {
        ObjectNode first = said("{\"routes\":[{\"id\":\"a\"}]}", "[\"p\"]");

        assertThat(Introduction.same(first, said("{\"routes\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", "[\"p\"]")))
                .isFalse();
        assertThat(Introduction.same(first, said("{\"routes\":[{\"id\":\"a\"}]}", "[\"p\",\"q\"]")))
                .isFalse();
        assertThat(Introduction.same(first, said("no description", "[\"p\"]"))).isFalse();
    }
}
