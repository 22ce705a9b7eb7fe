package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.platformforge.extension.api.Settings;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.extension.wire.Callers;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;
import org.platformforge.kernel.extension.wire.Stored;

/**
 * One call by the platform: for whom it is, and what was measured in it. Bound to the thread that does it. Thread-safe.
 */
final class CallScope {
    /** Figures that are told together. */
    private static final int MOST_FIGURES = 500;

    private static final ThreadLocal<CallScope> CURRENT = new ThreadLocal<>();

    private final long id;
    private final Caller caller;
    private final Settings settings;
    private final ArrayNode figures = Frames.JSON.createArrayNode();
    private volatile Thread thread;
    private volatile boolean cancelled;

    CallScope(Link link, Frame call) {
        this.id = call.number("id");
        this.caller = Callers.read(
                call.head().path("caller"),
                permission -> link.askQuietly(Link.operation("permitted").put("permission", permission))
                        .asBoolean());
        this.settings = new CallSettings(
                Stored.map(call.head().path("settings")), secrets(call.head().path("secrets")));
    }

    private static Map<String, String> secrets(JsonNode json) {
        Map<String, String> secrets = new LinkedHashMap<>();
        json.properties()
                .forEach(
                        secret -> secrets.put(secret.getKey(), secret.getValue().asText()));
        return secrets;
    }

    /** @throws IllegalStateException when this thread is in no call */
    static CallScope current() {
        CallScope current = CURRENT.get();
        if (current == null) {
            throw new IllegalStateException("This thread is in no call by the platform, so it has no tenant");
        }
        return current;
    }

    /** @return null when this thread is in no call */
    static CallScope currentOrNull() {
        return CURRENT.get();
    }

    long id() {
        return id;
    }

    Caller caller() {
        return caller;
    }

    Settings settings() {
        return settings;
    }

    <T> T run(Callable<T> work) throws Exception {
        CURRENT.set(this);
        thread = Thread.currentThread();
        try {
            if (cancelled) {
                throw new InterruptedException("Ended before it began");
            }
            return work.call();
        } finally {
            synchronized (this) {
                thread = null;
                // an interruption that was meant for this call ends with it
                Thread.interrupted();
            }
            CURRENT.remove();
        }
    }

    /** Interrupts the thread that is in the call, if any is. */
    synchronized void cancel() {
        cancelled = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /** @return what is to be told now; null while there is room */
    ArrayNode measured(String kind, String name, Number value) {
        synchronized (figures) {
            ArrayNode one = figures.addArray().add(kind).add(name);
            if (value instanceof Double number) {
                one.add(number.doubleValue());
            } else {
                one.add(value.longValue());
            }
            return figures.size() < MOST_FIGURES ? null : taken();
        }
    }

    /** What was measured and has not been told. */
    ArrayNode taken() {
        synchronized (figures) {
            ArrayNode all = figures.deepCopy();
            figures.removeAll();
            return all;
        }
    }

    private record CallSettings(Map<String, Object> values, Map<String, String> secrets) implements Settings {
        @Override
        public Optional<String> string(String key) {
            return Optional.ofNullable(values.get(key)).map(String::valueOf);
        }

        @Override
        public Optional<Long> integer(String key) {
            return values.get(key) instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
        }

        @Override
        public boolean flag(String key) {
            return Boolean.TRUE.equals(values.get(key));
        }

        @Override
        public Optional<String> secret(String key) {
            return Optional.ofNullable(secrets.get(key));
        }

        @Override
        public String toString() {
            return "settings";
        }
    }
}
