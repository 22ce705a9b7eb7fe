package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** Calls of the extension's engines. Thread-safe. */
final class Engines {
    private final Link link;

    Engines(Link link) {
        this.link = link;
    }

    /** @return what the method returned; null for nothing */
    JsonNode call(Driver driver, Frame call) throws DriverException, InterruptedException, JsonProcessingException {
        String resource = call.text("resource");
        Progress progress = new Told();
        Object value = switch (call.text("method")) {
            case "check" -> driver.check(spec(call));
            case "apply" -> driver.apply(spec(call), progress);
            case "observe" -> driver.observe(resource).orElse(null);
            case "delete" -> {
                driver.delete(resource, progress);
                yield null;
            }
            case "inventory" -> driver.inventory();
            case "logs" -> driver.logs(resource, (int) call.number("tail"));
            case "usage" -> driver.usage(resource).orElse(null);
            default -> throw new IllegalArgumentException("An engine has no such method");
        };
        return value == null ? NullNode.instance : Frames.JSON.valueToTree(value);
    }

    private static ResourceSpec spec(Frame call) throws JsonProcessingException {
        return Frames.JSON.treeToValue(call.head().path("spec"), ResourceSpec.class);
    }

    /** Nobody listens once the call is over. */
    private final class Told implements Progress {
        private final CallScope call = CallScope.current();

        @Override
        public void log(String line) {
            if (CallScope.currentOrNull() == call) {
                link.askQuietly(Link.operation("progress").put("line", line));
            }
        }

        @Override
        public boolean cancelled() {
            return CallScope.currentOrNull() != call
                    || link.askQuietly(Link.operation("cancelled")).asBoolean();
        }
    }
}
