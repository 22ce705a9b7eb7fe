package org.platformforge.extension.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The main section of a JAR's manifest, read more strictly than the JDK does, which takes the last of two headers of one name and
 * says so in the log.
 */
final class Headers {
    static final String PATH = "META-INF/MANIFEST.MF";
    static final int MAX_BYTES = 256 << 10;

    /** @param paths what stands before the parameters: package names, mostly */
    record Clause(List<String> paths, Map<String, String> attributes, Map<String, String> directives) {}

    private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Headers() {}

    /** @throws IllegalArgumentException saying what is wrong */
    static Headers parse(byte[] manifest) {
        Headers headers = new Headers();
        StringBuilder line = new StringBuilder();
        for (String next : text(manifest).split("\r\n|\n|\r", -1)) {
            if (next.startsWith(" ")) {
                line.append(next, 1, next.length());
                continue;
            }
            headers.add(line.toString());
            line.setLength(0);
            if (next.isEmpty()) {
                return headers;
            }
            line.append(next);
        }
        throw new IllegalArgumentException("The manifest does not end with an empty line");
    }

    private static String text(byte[] manifest) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(manifest))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("The manifest holds a NUL");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The manifest is not UTF-8", e);
        }
    }

    private void add(String line) {
        if (line.isEmpty()) {
            return;
        }
        int colon = line.indexOf(": ");
        if (colon < 1 || !line.substring(0, colon).matches("[A-Za-z0-9][A-Za-z0-9_-]{0,69}")) {
            throw new IllegalArgumentException("The manifest has a line that is no header");
        }
        String name = line.substring(0, colon);
        if (values.put(name, line.substring(colon + 2)) != null) {
            throw new IllegalArgumentException("The manifest has the header " + name + " twice");
        }
    }

    Iterable<String> names() {
        return values.keySet();
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip);
    }

    /**
     * The header as OSGi's grammar has it: clauses between commas, paths and parameters between semicolons.
     *
     * @throws IllegalArgumentException when it is not
     */
    List<Clause> clauses(String name) {
        List<Clause> clauses = new ArrayList<>();
        for (String clause : split(name, get(name).orElse(""), ',')) {
            if (!clause.isEmpty()) {
                clauses.add(clause(name, clause));
            }
        }
        return clauses;
    }

    private static Clause clause(String name, String text) {
        List<String> paths = new ArrayList<>();
        Map<String, String> attributes = new LinkedHashMap<>();
        Map<String, String> directives = new LinkedHashMap<>();
        for (String part : split(name, text, ';')) {
            int equal = part.indexOf('=');
            int quote = part.indexOf('"');
            if (equal < 0 || (quote >= 0 && quote < equal)) {
                paths.add(part);
                continue;
            }
            boolean directive = equal > 0 && part.charAt(equal - 1) == ':';
            String key = part.substring(0, directive ? equal - 1 : equal).strip();
            String value = unquote(part.substring(equal + 1).strip());
            String typeless = directive || key.indexOf(':') < 0 ? key : key.substring(0, key.indexOf(':'));
            if ((directive ? directives : attributes).put(typeless, value) != null) {
                throw new IllegalArgumentException(
                        "The header " + name + " has the parameter " + key + " twice in a clause");
            }
        }
        return new Clause(paths, attributes, directives);
    }

    private static String unquote(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static List<String> split(String name, String text, char separator) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\' && i + 1 < text.length()) {
                part.append(c).append(text.charAt(++i));
                continue;
            }
            quoted ^= c == '"';
            if (c == separator && !quoted) {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("The header " + name + " has a quotation mark without its other one");
        }
        parts.add(part.toString().strip());
        return parts;
    }
}
