package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The document of one route table, as bytes, with a strong entity tag. Immutable and thread-safe. */
public final class OpenApiDocument {
    private static final Logger LOG = LoggerFactory.getLogger(OpenApiDocument.class);

    private final String version;
    private final List<PackedFragment> fragments;
    private final byte[] json;
    private final String etag;

    private OpenApiDocument(String version, List<PackedFragment> fragments, byte[] json) {
        this.version = version;
        this.fragments = fragments;
        this.json = json;
        this.etag = '"' + sha256(json) + '"';
    }

    /**
     * Puts the fragments together. Paths, schemas and tags are sorted, so the same routes give the same bytes whatever
     * the order in which their modules came. Different schemas of one name get names of their own. An operationId that two
     * modules use stays with the first path.
     *
     * @param version of the product
     */
    public static OpenApiDocument merge(String version, List<PackedFragment> packed) {
        List<OpenApiFragment> fragments =
                packed.stream().map(PackedFragment::unpack).toList();
        ObjectNode document = Json.object().put("openapi", "3.1.0");
        info(document, version);
        document.putArray("servers").addObject().put("url", "/");
        Set<String> tags = new TreeSet<>();
        fragments.forEach(fragment -> tags.addAll(fragment.tags()));
        tags.forEach(tag -> document.withArrayProperty("tags").addObject().put("name", tag));
        ObjectNode common = Json.object();
        DialectSchemas.addTo(common);
        SchemaMerge merged = new SchemaMerge(common, fragments);
        document.set("paths", paths(merged.fragments()));
        document.set("components", components(merged));
        try {
            return new OpenApiDocument(version, List.copyOf(packed), new JsonMapper().writeValueAsBytes(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the OpenAPI document cannot be written", e);
        }
    }

    /** Not copied; must not be changed. */
    public byte[] json() {
        return json;
    }

    /** Strong, in quotes. */
    public String etag() {
        return etag;
    }

    /** This document and the fragments. */
    public OpenApiDocument with(List<PackedFragment> more) {
        return merge(version, Stream.concat(fragments.stream(), more.stream()).toList());
    }

    private static void info(ObjectNode document, String version) {
        ObjectNode info = document.putObject("info");
        info.put("title", "Platform Forge").put("version", version);
        info.put(
                "description",
                "The routes installed at this moment. Each speaks the dialect of one document (x-dialect) and needs one"
                        + " permission (x-permission). /v1/* is an alias of /api/v1/*. Errors are RFC 9457 with Accept:"
                        + " application/problem+json.");
        info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
    }

    private static ObjectNode paths(List<OpenApiFragment> fragments) {
        TreeMap<String, TreeMap<String, JsonNode>> sorted = new TreeMap<>();
        for (OpenApiFragment fragment : fragments) {
            fragment.paths()
                    .properties()
                    .forEach(path -> path.getValue()
                            .properties()
                            .forEach(operation -> sorted.computeIfAbsent(path.getKey(), p -> new TreeMap<>())
                                    .putIfAbsent(operation.getKey(), operation.getValue())));
        }
        ObjectNode paths = Json.object();
        Set<String> operationIds = new HashSet<>();
        for (Map.Entry<String, TreeMap<String, JsonNode>> path : sorted.entrySet()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().entrySet()) {
                String id = operation.getValue().path("operationId").asText();
                if (operationIds.add(id)) {
                    paths.withObjectProperty(path.getKey()).set(operation.getKey(), operation.getValue());
                } else {
                    LOG.warn(
                            "The operationId {} is used by two modules; {} {} is left out of the OpenAPI document",
                            id,
                            operation.getKey(),
                            path.getKey());
                }
            }
        }
        return paths;
    }

    private static ObjectNode components(SchemaMerge merged) {
        TreeMap<String, JsonNode> responses = new TreeMap<>();
        for (OpenApiFragment fragment : merged.fragments()) {
            // the same name is the same error of the same dialect, made by this bundle
            fragment.responses().properties().forEach(one -> responses.putIfAbsent(one.getKey(), one.getValue()));
        }
        ObjectNode components = Json.object();
        components.putObject("schemas").setAll(merged.schemas());
        components.putObject("responses").setAll(responses);
        CommonHeaders.addTo(components.putObject("headers"));
        securitySchemes(components.putObject("securitySchemes"));
        return components;
    }

    private static void securitySchemes(ObjectNode schemes) {
        schemes.putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "A JWT from /api/v1/auth/login, or an API token.");
        schemes.putObject("api_key").put("type", "apiKey").put("in", "header").put("name", "X-API-Key");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
