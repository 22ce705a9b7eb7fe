package org.platformforge.itests.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A route as {@code /api/v1/openapi.json} describes it.
 *
 * @param platformWide whether it is for operators only and belongs to no tenant
 */
record Operation(
        String method, String path, String permission, boolean platformWide, boolean hasBody, boolean streams) {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    static List<Operation> installed(Platform platform) {
        List<Operation> operations = new ArrayList<>();
        JsonNode paths = platform.http().get("/api/v1/openapi.json").json().path("paths");
        paths.properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        operations.add(of(operation.getKey(), path.getKey(), operation.getValue()));
                    }
                }));
        return operations;
    }

    private static Operation of(String method, String path, JsonNode description) {
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                description.path("x-permission").asText(),
                description.path("x-scope").asText().equals("platform"),
                description.has("requestBody"),
                description.path("x-streaming").asBoolean());
    }

    boolean isPublic() {
        return permission.equals("*public*");
    }

    boolean hasParameters() {
        return path.contains("{");
    }

    /** The path with the value, percent-encoded already, in the place of every parameter. */
    String at(String value) {
        return path.replaceAll("\\{[^}]+}", value);
    }

    Answer call(Platform platform, String value, String body, String... headers) {
        if (!hasBody) {
            return platform.http().send(method, at(value), null, headers);
        }
        return method.equals("POST")
                ? platform.http().post(at(value), body, headers)
                : platform.http().send(method, at(value), body, withContentType(headers));
    }

    private static String[] withContentType(String[] headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return all.toArray(String[]::new);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
