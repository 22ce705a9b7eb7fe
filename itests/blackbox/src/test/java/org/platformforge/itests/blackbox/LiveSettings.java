package org.platformforge.itests.blackbox;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of the configuration that a test changes while the platform runs, and puts back. Used by one thread. */
final class LiveSettings {
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private final Platform platform;
    private final Map<String, String> shipped = new LinkedHashMap<>();

    LiveSettings(Platform platform) {
        this.platform = platform;
    }

    /**
     * Returns when the platform has read the file. What it says takes effect a moment later, in the order of the calls.
     *
     * @param file in {@code config/}
     * @param values of keys that the file has
     */
    void set(String file, Map<String, String> values) throws IOException {
        String before = Files.readString(platform.config().resolve(file));
        String changed = before;
        for (Map.Entry<String, String> value : values.entrySet()) {
            changed = changed.replaceFirst(
                    "(?m)^" + Pattern.quote(value.getKey()) + " =.*$",
                    Matcher.quoteReplacement(value.getKey() + " = " + value.getValue()));
        }
        shipped.putIfAbsent(file, before);
        write(file, changed);
    }

    /** Returns when the platform has read it; at once when that is there already. */
    private void write(String file, String content) throws IOException {
        Path path = platform.config().resolve(file);
        if (!content.equals(Files.readString(path))) {
            long reads = reads(file);
            Files.writeString(path, content);
            await().atMost(WITHIN).until(() -> reads(file) > reads);
        }
    }

    private long reads(String file) {
        String said = "Updating configuration {" + file.replaceFirst("\\.cfg$", "") + "}";
        try {
            return Files.readAllLines(platform.log()).stream()
                    .filter(line -> line.contains(said))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns when the platform has read them: what is set anew before that may be what it has already, and nobody could say
     * when it has taken effect.
     */
    void putBack() throws IOException {
        for (Map.Entry<String, String> file : shipped.entrySet()) {
            write(file.getKey(), file.getValue());
        }
    }
}
