package org.platformforge.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands for what in a value: <code>${env:NAME}</code> and <code>${property}</code>, which become empty when there is no
 * such thing, and <code>$[env:NAME;default=…]</code>, <code>$[secret:file]</code>, which stay when there is none. Immutable.
 */
record Values(Map<String, String> environment, Map<String, String> properties, Path secrets) {
    private static final Pattern PLAIN = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern LATE = Pattern.compile("\\$\\[(env|secret):([^\\];]+)(;[^\\]]*)?]");

    /** @param problem what the value names and is not there; null when all of it is */
    record Value(String text, String problem) {}

    Value of(String raw) {
        StringBuilder text = new StringBuilder();
        Matcher plain = PLAIN.matcher(raw);
        while (plain.find()) {
            String name = plain.group(1);
            String value = name.startsWith("env:") ? environment.get(name.substring(4)) : properties.get(name);
            plain.appendReplacement(text, Matcher.quoteReplacement(value == null ? "" : value));
        }
        plain.appendTail(text);
        return late(text.toString());
    }

    private Value late(String raw) {
        StringBuilder text = new StringBuilder();
        String problem = null;
        Matcher late = LATE.matcher(raw);
        while (late.find()) {
            String name = late.group(2);
            String value = late.group(1).equals("env") ? environment.get(name) : secret(name);
            value = value == null ? defaultValue(late.group(3)) : value;
            if (value == null) {
                problem = late.group(1).equals("env")
                        ? "the environment has no " + name
                        : "there is no readable file " + name + " in " + secrets;
                value = "";
            }
            late.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        late.appendTail(text);
        return new Value(text.toString(), problem);
    }

    /** @param directives {@code ;default=…;type=…}, or null */
    private static String defaultValue(String directives) {
        for (String directive : directives == null ? new String[0] : directives.split(";")) {
            if (directive.startsWith("default=")) {
                return directive.substring("default=".length());
            }
        }
        return null;
    }

    private String secret(String name) {
        Path file = secrets.resolve(name).normalize();
        try {
            return file.startsWith(secrets) ? Files.readString(file).strip() : null;
        } catch (IOException e) {
            return null;
        }
    }
}
