package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeBindings;

/**
 * Names of component schemas that depend on the type alone, never on what else is installed: module and class, so
 * that a client's generated code stays the same when another module comes or goes. Only where two modules have different
 * types of one name, the document tells them apart by their modules.
 */
final class SchemaNames {
    private static final String OWN = "org.platformforge.";

    private SchemaNames() {}

    /** @param input whether the schema describes what a client sends, which is stricter */
    static String of(JavaType type, boolean input) {
        String name = className(type.getRawClass());
        TypeBindings bindings = type.getBindings();
        StringBuilder full = new StringBuilder(name);
        for (int i = 0; i < bindings.size(); i++) {
            full.append(i == 0 ? "_of_" : "_and_")
                    .append(of(bindings.getBoundType(i), false).replace('.', '_'));
        }
        boolean speaksForItself = name.endsWith("Request") || name.endsWith("Input");
        return input && !speaksForItself ? full + "Input" : full.toString();
    }

    private static String className(Class<?> type) {
        String name = type.getName();
        if (name.startsWith(OWN)) {
            name = name.substring(OWN.length());
            int simple = name.lastIndexOf('.');
            String owner = simple < 0 ? "" : name.substring(0, simple);
            if (owner.endsWith(".rest")) {
                name = owner.substring(0, owner.length() - ".rest".length()) + name.substring(simple);
            }
        }
        return name.replace('$', '.').replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
