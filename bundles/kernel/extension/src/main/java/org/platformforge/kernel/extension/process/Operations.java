package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.extension.api.Metrics;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.wire.Failures;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;
import org.platformforge.kernel.extension.wire.Requests;
import org.platformforge.kernel.extension.wire.Stored;

/**
 * What an extension in a process of its own has done for one call, by the same services as one in this JVM and in the
 * tenant of the call, whatever the message says. Used by the thread of the call.
 */
final class Operations {
    private static final int MOST_HEADERS = 100;
    private static final byte[] NOTHING = new byte[0];

    private final TenantContext tenant;
    private final Metrics metrics;
    private final LongConsumer tasks;
    private final StepContext step;

    /**
     * @param tasks begins a task of this number within the limits
     * @param step of an engine or a pipeline; null for any other call
     */
    Operations(TenantContext tenant, Metrics metrics, LongConsumer tasks, StepContext step) {
        this.step = step;
        this.tenant = tenant;
        this.metrics = metrics;
        this.tasks = tasks;
    }

    /** @return the reply, without its number */
    Frame execute(Frame asked) throws IOException {
        ObjectNode reply = Frames.head("reply");
        try {
            if (asked.text("op").equals("http")) {
                OutboundHttp.Response answered = tenant.http().send(request(asked));
                reply.put("status", answered.status()).set("headers", Requests.headers(answered.headers()));
                return new Frame(reply, answered.body());
            }
            if (asked.text("op").equals("step.read")) {
                Optional<byte[]> content = step().read(asked.text("path"));
                return new Frame(reply.put("found", content.isPresent()), content.orElse(NOTHING));
            }
            return new Frame(reply, Frames.JSON.writeValueAsBytes(value(asked)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reply.set("failure", Failures.write(new IOException("The call was ended")));
        } catch (RuntimeException | IOException | StepException e) {
            reply.set("failure", Failures.write(e));
        }
        return new Frame(reply);
    }

    private JsonNode value(Frame asked) throws StepException {
        JsonNode head = asked.head();
        return switch (asked.text("op")) {
            case "permitted" -> BooleanNode.valueOf(tenant.caller().isPermitted(asked.text("permission")));
            case "publish" -> {
                tenant.publish(text(head, "name"), Stored.map(head.path("data")));
                yield NullNode.instance;
            }
            case "metrics" -> {
                measured(head.path("figures"));
                yield NullNode.instance;
            }
            case "task" -> {
                tasks.accept(asked.number("task"));
                yield NullNode.instance;
            }
            case "progress" -> {
                step().log(asked.text("line"));
                yield NullNode.instance;
            }
            case "cancelled" -> BooleanNode.valueOf(step().cancelled());
            case "step.files" -> Frames.JSON.valueToTree(step().files());
            default -> asked.text("op").startsWith("kv.") ? keyValue(asked) : document(asked);
        };
    }

    private StepContext step() {
        if (step == null) {
            throw new IllegalStateException("The call is no step of an engine or a pipeline");
        }
        return step;
    }

    private JsonNode keyValue(Frame asked) {
        KeyValueStore store = tenant.keyValues();
        JsonNode head = asked.head();
        return switch (asked.text("op")) {
            case "kv.get" -> entry(store.get(text(head, "key")));
            case "kv.put" -> Stored.entry(store.put(text(head, "key"), text(head, "value")));
            case "kv.cas" ->
                entry(store.compareAndSet(
                        text(head, "key"), head.path("version").asLong(), text(head, "value")));
            case "kv.delete" -> BooleanNode.valueOf(store.delete(text(head, "key")));
            case "kv.list" -> Stored.page(store.list(text(head, "prefix"), Stored.asked(head)), Stored::entry);
            default -> throw unknown();
        };
    }

    private static JsonNode entry(Optional<KeyValueStore.Entry> entry) {
        return entry.<JsonNode>map(Stored::entry).orElse(NullNode.instance);
    }

    private JsonNode document(Frame asked) {
        JsonNode head = asked.head();
        DocumentStore store = tenant.documents(asked.text("collection"));
        String id = text(head, "doc");
        return switch (asked.text("op")) {
            case "doc.find" -> store.find(id).<JsonNode>map(Stored::document).orElse(NullNode.instance);
            case "doc.add" -> Stored.document(store.insert(Stored.map(head.path("data"))));
            case "doc.insert" -> Stored.document(store.insert(id, Stored.map(head.path("data"))));
            case "doc.replace" ->
                Stored.document(store.replace(id, head.path("version").asLong(), Stored.map(head.path("data"))));
            case "doc.delete" -> BooleanNode.valueOf(store.delete(id));
            case "doc.list" ->
                Stored.page(store.list(Stored.map(head.path("equal")), Stored.asked(head)), Stored::document);
            default -> throw unknown();
        };
    }

    /** Not text where text belongs is what nobody gave. */
    private static String text(JsonNode head, String key) {
        return head.path(key).textValue();
    }

    private static IllegalStateException unknown() {
        return new IllegalStateException("The platform has no such operation");
    }

    /** Names and amounts are looked at by the one who keeps them. */
    void measured(JsonNode figures) {
        for (JsonNode figure : figures) {
            String name = figure.path(1).asText();
            switch (figure.path(0).asText()) {
                case "count" -> metrics.count(name, figure.path(2).asLong());
                case "gauge" -> metrics.gauge(name, figure.path(2).asDouble());
                case "time" ->
                    metrics.time(name, Duration.ofNanos(figure.path(2).asLong()));
                default -> {
                    // of a host that is not this platform's: nothing is kept of it
                }
            }
        }
    }

    private static OutboundHttp.Request request(Frame asked) {
        Map<String, String> headers = new LinkedHashMap<>();
        asked.head().path("headers").properties().forEach(header -> {
            if (headers.size() < MOST_HEADERS) {
                headers.put(header.getKey(), header.getValue().asText());
            }
        });
        long millis = asked.number("timeout_millis");
        return new OutboundHttp.Request(
                text(asked.head(), "method"),
                uri(text(asked.head(), "uri")),
                headers,
                asked.body(),
                millis < 0 ? null : Duration.ofMillis(millis));
    }

    private static URI uri(String text) {
        try {
            return text == null ? null : URI.create(text);
        } catch (IllegalArgumentException e) {
            throw PlatformException.invalid("uri", "is no URI").withCause(e);
        }
    }
}
