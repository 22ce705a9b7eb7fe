package org.platformforge.observability.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.cm.Configuration;

/** Settings as text, in which everything that is named like a secret is left out. Stateless. */
final class Configurations {
    private static final String PREFIX = "FORGE_";

    private Configurations() {}

    /** What {@code forge.env} and the environment say; the environment wins. */
    static Map<String, String> settings(String folder, Map<String, String> environment) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        Path file = folder == null ? null : Path.of(folder, "forge.env");
        if (file != null && Files.isRegularFile(file)) {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()) {
                int equals = line.indexOf('=');
                if (line.startsWith(PREFIX) && equals > 0) {
                    settings.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !value.isEmpty()) {
                settings.put(name, value);
            }
        });
        return settings;
    }

    static String text(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        settings.forEach((name, value) -> line(text, name, value));
        return text.toString();
    }

    static String text(Configuration... configurations) {
        StringBuilder text = new StringBuilder();
        Arrays.stream(configurations)
                .sorted(Comparator.comparing(Configuration::getPid))
                .forEach(configuration -> append(text, configuration));
        return text.toString();
    }

    private static void append(StringBuilder text, Configuration configuration) {
        text.append("[").append(configuration.getPid()).append("]\n");
        Dictionary<String, Object> properties = configuration.getProperties();
        if (properties != null) {
            Collections.list(properties.keys()).stream()
                    .sorted()
                    .forEach(name -> line(text, name, value(properties.get(name))));
        }
        text.append('\n');
    }

    private static String value(Object value) {
        return value instanceof Object[] several ? Arrays.toString(several) : String.valueOf(value);
    }

    private static void line(StringBuilder text, String name, String value) {
        String shown = Redactor.isSensitive(name) ? Redactor.GONE : value.replaceAll("\\R", " ");
        text.append(name).append(" = ").append(shown).append('\n');
    }
}
