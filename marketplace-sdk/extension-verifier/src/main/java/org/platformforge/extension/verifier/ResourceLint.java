package org.platformforge.extension.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Opcodes;

/** The JAX-RS annotations of one class. Annotations are compared by name: the verifier does not link to the API. */
final class ResourceLint {
    private static final String PATH = "Ljavax/ws/rs/Path;";
    private static final String API = "Lorg/platformforge/kernel/api/http/Api;";
    private static final String ENDPOINT = "Lorg/platformforge/kernel/api/http/Endpoint;";
    private static final Set<String> METHODS = Set.of(
            "Ljavax/ws/rs/GET;",
            "Ljavax/ws/rs/POST;",
            "Ljavax/ws/rs/PUT;",
            "Ljavax/ws/rs/DELETE;",
            "Ljavax/ws/rs/PATCH;",
            "Ljavax/ws/rs/HEAD;",
            "Ljavax/ws/rs/OPTIONS;");
    private static final String ANY_CALLER = "*caller*";
    private static final Pattern VERB = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Pattern OPERATION = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,99}");
    private static final Pattern RELATIVE = Pattern.compile("/?[A-Za-z0-9_{}.:+*\\[\\]()\\\\/ |-]{0,200}");

    private final Screened screened;
    private final String where;
    private final List<Method> methods = new ArrayList<>();
    private Values path;
    private Values api;

    ResourceLint(Screened screened, String where) {
        this.screened = screened;
        this.where = where;
    }

    AnnotationVisitor visitAnnotation(String descriptor) {
        if (descriptor.equals(PATH)) {
            path = new Values();
            return path;
        }
        if (descriptor.equals(API)) {
            api = new Values();
            return api;
        }
        return null;
    }

    Method method(String name) {
        return new Method(name);
    }

    void end() {
        if (path == null && methods.isEmpty()) {
            return;
        }
        if (path == null) {
            add(Code.RESOURCE_PATH, where, "The class has resource methods but no @Path");
        } else {
            checkPath(where, path);
        }
        if (api == null) {
            add(Code.RESOURCE_API, where, "A resource class needs @Api(dialect = Dialect.PLATFORM_FORGE, tag = …)");
        } else if (!"PLATFORM_FORGE".equals(api.text("dialect"))) {
            add(Code.RESOURCE_API, where, "The dialect of an extension's resources is PLATFORM_FORGE");
        }
        methods.forEach(Method::check);
    }

    private void checkPath(String at, Values value) {
        String text = value.text("value");
        boolean dots = List.of(text.split("/")).stream().anyMatch(part -> part.matches("\\.+"));
        if (dots
                || text.contains("//")
                || text.startsWith("/api/")
                || !RELATIVE.matcher(text).matches()) {
            add(Code.RESOURCE_PATH, at, "The path must be relative to /api/v1/ext/<id>, such as /notes");
        }
    }

    private void add(Code code, String at, String message) {
        screened.findings.add(code, at, message);
    }

    /** Simple values and the names of enum constants; lists as their elements, joined. */
    private static final class Values extends AnnotationVisitor {
        private final Map<String, String> values;
        private final String list;

        Values() {
            this(new HashMap<>(), null);
        }

        private Values(Map<String, String> values, String list) {
            super(Opcodes.ASM9);
            this.values = values;
            this.list = list;
        }

        String text(String name) {
            return values.getOrDefault(name, "");
        }

        @Override
        public void visit(String name, Object value) {
            values.merge(list == null ? String.valueOf(name) : list, String.valueOf(value), (a, b) -> a + "," + b);
        }

        @Override
        public void visitEnum(String name, String descriptor, String value) {
            visit(name, value);
        }

        @Override
        public AnnotationVisitor visitArray(String name) {
            return new Values(values, String.valueOf(name));
        }
    }

    /** One method of the class; of interest when it answers requests. */
    final class Method {
        private final String name;
        private boolean verb;
        private Values subPath;
        private Values endpoint;

        Method(String name) {
            this.name = name;
        }

        AnnotationVisitor visitAnnotation(String descriptor) {
            if (METHODS.contains(descriptor)) {
                verb = true;
            } else if (descriptor.equals(PATH)) {
                subPath = new Values();
                return subPath;
            } else if (descriptor.equals(ENDPOINT)) {
                endpoint = new Values();
                return endpoint;
            }
            return null;
        }

        void end() {
            if (verb || subPath != null || endpoint != null) {
                methods.add(this);
            }
        }

        private void check() {
            String at = where + " " + name;
            if (subPath != null) {
                checkPath(at, subPath);
            }
            if (!verb) {
                add(Code.RESOURCE_ENDPOINT, at, "The method has no @GET, @POST …; sub-resource locators are not taken");
            } else if (endpoint == null) {
                add(Code.RESOURCE_ENDPOINT, at, "A resource method needs @Endpoint(operationId, summary, permission)");
            } else {
                checkEndpoint(at);
            }
        }

        private void checkEndpoint(String at) {
            String operation = endpoint.text("operationId");
            String other = screened.operations.putIfAbsent(operation, at);
            if (!OPERATION.matcher(operation).matches() || other != null) {
                add(
                        Code.RESOURCE_ENDPOINT,
                        at,
                        other == null
                                ? "The operationId must be a word such as listNotes"
                                : "The operationId is that of " + other);
            }
            String permission = endpoint.text("permission");
            if (!permission.equals(ANY_CALLER) && !VERB.matcher(permission).matches()) {
                add(
                        Code.RESOURCE_PERMISSION,
                        at,
                        "The permission must be a verb, such as read, or ANY_CALLER: a route of an extension needs a tenant");
            }
            if (List.of(endpoint.text("schemes").split(",")).contains("NONE")) {
                add(Code.RESOURCE_PERMISSION, at, "A route of an extension needs a credential");
            }
        }
    }
}
