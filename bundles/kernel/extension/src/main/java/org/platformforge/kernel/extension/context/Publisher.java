package org.platformforge.kernel.extension.context;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.wire.JsonValues;

/** Events of extensions, under types no event of the platform has. Thread-safe. */
final class Publisher {
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");
    private static final int TYPE = 128;
    private static final int DATA = 64 << 10;

    private final Store store;
    private final Outbox outbox;
    private final PlatformThreads threads;
    private final JsonValues json;

    Publisher(Store store, Outbox outbox, PlatformThreads threads, JsonValues json) {
        this.store = store;
        this.outbox = outbox;
        this.threads = threads;
        this.json = json;
    }

    void publish(String tenantId, String extensionId, String name, Map<String, ?> data) {
        String type = "ext." + extensionId + "." + name;
        if (!words(name) || type.length() > TYPE) {
            throw PlatformException.invalid(
                    "name",
                    "must be lower-case words with dots; " + TYPE + " characters with ext." + extensionId
                            + ". before it");
        }
        String text = json.write("data", data);
        if (text.getBytes(StandardCharsets.UTF_8).length > DATA) {
            throw PlatformException.invalid("data", "has more than " + DATA + " bytes as JSON");
        }
        Map<String, Object> copy = json.read(text);
        threads.call(() -> {
            store.run(tenantId, tx -> outbox.publish(tx, type, copy));
            return null;
        });
    }

    private static boolean words(String name) {
        return name != null
                && Arrays.stream(name.split("\\.", -1))
                        .allMatch(word -> WORD.matcher(word).matches());
    }
}
