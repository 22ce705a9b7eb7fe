package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonStreamContext;

/** Paths of fields as the client wrote them: {@code items[2].name}; empty for the body as a whole. */
final class Paths {
    private Paths() {}

    static String field(String parent, String name) {
        return parent.isEmpty() ? name : parent + "." + name;
    }

    static String item(String parent, int index) {
        return parent + "[" + index + "]";
    }

    static String of(JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return "";
        }
        String parent = of(context.getParent());
        if (context.inArray()) {
            return item(parent, Math.max(0, context.getCurrentIndex()));
        }
        return context.getCurrentName() == null ? parent : field(parent, context.getCurrentName());
    }

    /** A name the client made up may be long or hold control characters; errors show a harmless piece of it. */
    static String shown(String path) {
        StringBuilder safe = new StringBuilder(Math.min(path.length(), 200));
        for (int i = 0; i < path.length() && i < 200; i++) {
            char current = path.charAt(i);
            safe.append(Character.isISOControl(current) || Character.isSurrogate(current) ? '?' : current);
        }
        return safe.toString();
    }
}
