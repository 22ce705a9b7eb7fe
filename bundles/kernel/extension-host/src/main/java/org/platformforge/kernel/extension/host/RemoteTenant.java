package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.extension.api.Settings;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;
import org.platformforge.kernel.extension.wire.JsonValues;
import org.platformforge.kernel.extension.wire.Requests;
import org.platformforge.kernel.extension.wire.Stored;

/** A tenant's data and hosts, all of which the platform has. What is done outside of a call for the tenant is refused. */
final class RemoteTenant implements TenantContext {
    private static final JsonValues VALUES = new JsonValues();

    private final Link link;
    private final CallScope call;

    RemoteTenant(Link link, CallScope call) {
        this.link = link;
        this.call = call;
    }

    @Override
    public String tenantId() {
        return call.caller().tenantId();
    }

    @Override
    public Caller caller() {
        return call.caller();
    }

    @Override
    public Settings settings() {
        check();
        return call.settings();
    }

    @Override
    public KeyValueStore keyValues() {
        return new KeyValues();
    }

    @Override
    public DocumentStore documents(String collection) {
        return new Documents(String.valueOf(collection));
    }

    @Override
    public OutboundHttp http() {
        return new Http();
    }

    @Override
    public void publish(String name, Map<String, ?> data) {
        ask(with(Link.operation("publish").put("name", name), "data", data));
    }

    private void check() {
        CallScope now = CallScope.currentOrNull();
        if (now == null || !now.caller().tenantId().equals(tenantId())) {
            throw new IllegalStateException("The tenant's context belongs to a call that is over");
        }
    }

    private JsonNode ask(ObjectNode head) {
        check();
        return link.askQuietly(head);
    }

    /** @throws PlatformException {@code VALIDATION} for what is no JSON, with its path */
    private static ObjectNode with(ObjectNode head, String key, Map<String, ?> data) {
        if (data == null) {
            throw PlatformException.invalid(key, "must not be missing");
        }
        try {
            head.set(key, Frames.JSON.readTree(VALUES.write(key, data)));
            return head;
        } catch (IOException e) {
            throw PlatformException.invalid(key, "cannot be sent to the platform")
                    .withCause(e);
        }
    }

    private final class KeyValues implements KeyValueStore {
        @Override
        public Optional<Entry> get(String key) {
            return found(ask(Link.operation("kv.get").put("key", key)));
        }

        @Override
        public Entry put(String key, String value) {
            return Stored.entry(ask(Link.operation("kv.put").put("key", key).put("value", value)));
        }

        @Override
        public Optional<Entry> compareAndSet(String key, long expectedVersion, String value) {
            return found(ask(Link.operation("kv.cas")
                    .put("key", key)
                    .put("version", expectedVersion)
                    .put("value", value)));
        }

        @Override
        public boolean delete(String key) {
            return ask(Link.operation("kv.delete").put("key", key)).asBoolean();
        }

        @Override
        public Page<Entry> list(String prefix, PageRequest page) {
            ObjectNode head = Link.operation("kv.list").put("prefix", prefix);
            Stored.ask(head, page);
            return Stored.page(ask(head), Stored::entry);
        }

        private Optional<Entry> found(JsonNode json) {
            return json.isObject() ? Optional.of(Stored.entry(json)) : Optional.empty();
        }
    }

    private final class Documents implements DocumentStore {
        private final String collection;

        Documents(String collection) {
            this.collection = collection;
        }

        private ObjectNode operation(String name) {
            return Link.operation("doc." + name).put("collection", collection);
        }

        @Override
        public Optional<Document> find(String id) {
            JsonNode json = ask(operation("find").put("doc", id));
            return json.isObject() ? Optional.of(Stored.document(json)) : Optional.empty();
        }

        @Override
        public Document insert(Map<String, ?> data) {
            return Stored.document(ask(with(operation("add"), "data", data)));
        }

        @Override
        public Document insert(String id, Map<String, ?> data) {
            return Stored.document(ask(with(operation("insert").put("doc", id), "data", data)));
        }

        @Override
        public Document replace(String id, long expectedVersion, Map<String, ?> data) {
            return Stored.document(
                    ask(with(operation("replace").put("doc", id).put("version", expectedVersion), "data", data)));
        }

        @Override
        public boolean delete(String id) {
            return ask(operation("delete").put("doc", id)).asBoolean();
        }

        @Override
        public Page<Document> list(Map<String, ?> equal, PageRequest page) {
            ObjectNode head = with(operation("list"), "equal", equal);
            Stored.ask(head, page);
            return Stored.page(ask(head), Stored::document);
        }
    }

    private final class Http implements OutboundHttp {
        @Override
        public Response send(Request request) throws IOException, InterruptedException {
            check();
            ObjectNode head = Link.operation("http")
                    .put("method", request.method())
                    .put("uri", request.uri() == null ? null : request.uri().toString());
            if (request.timeout() != null) {
                head.put("timeout_millis", request.timeout().toMillis());
            }
            ObjectNode headers = head.putObject("headers");
            request.headers().forEach(headers::put);
            byte[] body = request.body() == null ? new byte[0] : request.body();
            Frame reply = link.ask(head, body);
            Map<String, List<String>> answered = Requests.headers(reply.head().path("headers"));
            return new Response(reply.head().path("status").asInt(), answered, reply.body());
        }
    }
}
