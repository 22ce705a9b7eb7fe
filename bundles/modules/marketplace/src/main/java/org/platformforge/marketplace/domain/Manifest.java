package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/**
 * {@code META-INF/extension.yaml} as it was accepted by the checks; what is missing is empty. Immutable.
 *
 * @param json the whole of it, JSON-compatible
 */
public record Manifest(Map<String, Object> json) {
    private static final int CONCURRENCY = 16;
    private static final int CALL_SECONDS = 10;

    public String id() {
        return text("id");
    }

    public String name() {
        return text("name");
    }

    public String version() {
        return text("version");
    }

    public String description() {
        return text("description") == null ? "" : text("description");
    }

    public String category() {
        return text("category") == null ? "other" : text("category");
    }

    public String license() {
        return text("license");
    }

    public String homepage() {
        return text("homepage");
    }

    public String changelog() {
        return text("changelog");
    }

    /** Range of the extension API's versions; null for any. */
    public String api() {
        return object("requires").get("api") instanceof String range ? range : null;
    }

    /** Extension id → range of its versions. */
    public Map<String, String> dependencies() {
        Map<String, String> dependencies = new LinkedHashMap<>();
        map(object("requires").get("extensions")).forEach((id, range) -> dependencies.put(id, String.valueOf(range)));
        return dependencies;
    }

    /** What an installer has to accept, each as {@code events:…}, {@code network:…} or {@code unsafe:…}; sorted. */
    public Set<String> permissions() {
        Set<String> permissions = new TreeSet<>();
        object("permissions")
                .forEach((kind, values) -> texts(values).forEach(value -> permissions.add(kind + ":" + value)));
        return permissions;
    }

    /** JSON Schema of the tenant's settings; an empty object schema when there are none. */
    public Map<String, Object> configuration() {
        Map<String, Object> schema = object("configuration");
        return schema.isEmpty() ? Map.of("type", "object") : schema;
    }

    ExtensionRelease toRuntime(Release release, java.nio.file.Path artifact, ExtensionRelease.Tier tier) {
        Map<String, Object> asked = object("permissions");
        Map<String, Set<String>> indexes = new LinkedHashMap<>();
        object("indexes").forEach((collection, fields) -> indexes.put(collection, new LinkedHashSet<>(texts(fields))));
        Map<String, Object> limits = object("limits");
        return new ExtensionRelease(
                release.extensionId(),
                release.version(),
                release.sha256(),
                artifact,
                new LinkedHashSet<>(texts(asked.get("events"))),
                new LinkedHashSet<>(texts(asked.get("network"))),
                indexes,
                new ExtensionRelease.Limits(
                        number(limits.get("concurrency"), CONCURRENCY),
                        1000L * number(limits.get("call_seconds"), CALL_SECONDS)),
                tier);
    }

    private String text(String key) {
        return json.get(key) instanceof String text ? text : null;
    }

    private Map<String, Object> object(String key) {
        return map(json.get(key));
    }

    private static Map<String, Object> map(Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> map.put(String.valueOf(key), entry));
        }
        return map;
    }

    private static List<String> texts(Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> texts.add(String.valueOf(item)));
        }
        return texts;
    }

    private static int number(Object value, int otherwise) {
        return value instanceof Number number && number.intValue() > 0 ? number.intValue() : otherwise;
    }
}
