package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts the schemas of fragments together: those that are the same in everything they refer to are shared, and of different
 * ones of one name each further fragment's begins with its owner. Which one keeps the plain name depends on the owners
 * alone, not on the order in which they came.
 */
final class SchemaMerge {
    private static final String REFERENCE = "$ref";
    private static final String SCHEMAS = "#/components/schemas/";

    private final TreeMap<String, JsonNode> schemas = new TreeMap<>();
    private final List<OpenApiFragment> fragments = new ArrayList<>();

    /** @param common schemas that every document has, under the names they have there */
    SchemaMerge(ObjectNode common, List<OpenApiFragment> all) {
        common.properties().forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
        all.stream().sorted(Comparator.comparing(OpenApiFragment::owner)).forEach(this::add);
    }

    /** All of them, by name. */
    TreeMap<String, JsonNode> schemas() {
        return schemas;
    }

    /** The fragments with the names that their schemas have here. */
    List<OpenApiFragment> fragments() {
        return fragments;
    }

    private void add(OpenApiFragment fragment) {
        Map<String, String> renamed = new HashMap<>();
        for (String name : different(fragment.schemas())) {
            renamed.put(name, freeName(fragment.owner(), name));
        }
        OpenApiFragment fitting = renamed.isEmpty() ? fragment : renamed(fragment, renamed);
        fitting.schemas().properties().forEach(schema -> schemas.putIfAbsent(schema.getKey(), schema.getValue()));
        fragments.add(fitting);
    }

    /** Those whose name another one has already, or the same one referring to another one. */
    private Set<String> different(ObjectNode own) {
        Set<String> different = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<String, JsonNode> schema : own.properties()) {
                String name = schema.getKey();
                JsonNode known = schemas.get(name);
                boolean same =
                        known == null || known.equals(schema.getValue()) && !refersTo(schema.getValue(), different);
                more |= !same && different.add(name);
            }
        }
        return different;
    }

    private static boolean refersTo(JsonNode schema, Set<String> names) {
        return schema.findValuesAsText(REFERENCE).stream()
                .anyMatch(text -> text.startsWith(SCHEMAS) && names.contains(text.substring(SCHEMAS.length())));
    }

    private String freeName(String owner, String name) {
        String free = owner.replaceAll("[^A-Za-z0-9._-]", "_") + "." + name;
        while (schemas.containsKey(free)) {
            free += "_";
        }
        return free;
    }

    private static OpenApiFragment renamed(OpenApiFragment fragment, Map<String, String> names) {
        ObjectNode own = Json.object();
        fragment.schemas().properties().forEach(schema -> {
            JsonNode copy = schema.getValue().deepCopy();
            rename(copy, names);
            own.set(names.getOrDefault(schema.getKey(), schema.getKey()), copy);
        });
        ObjectNode paths = fragment.paths().deepCopy();
        rename(paths, names);
        return new OpenApiFragment(fragment.owner(), fragment.tags(), paths, own, fragment.responses());
    }

    private static void rename(JsonNode node, Map<String, String> names) {
        if (node instanceof ObjectNode object && object.path(REFERENCE).isTextual()) {
            String renamed = names.get(target(object));
            if (renamed != null) {
                object.put(REFERENCE, SCHEMAS + renamed);
            }
        }
        node.forEach(child -> rename(child, names));
    }

    private static String target(ObjectNode reference) {
        String text = reference.get(REFERENCE).asText();
        return text.startsWith(SCHEMAS) ? text.substring(SCHEMAS.length()) : "";
    }
}
