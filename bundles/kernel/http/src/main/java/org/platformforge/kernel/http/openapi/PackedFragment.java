package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/**
 * A fragment as it is kept: a fifth of what its trees take, for they are asked for only when a document is put together.
 * Immutable and thread-safe.
 */
public final class PackedFragment {
    private static final ObjectMapper MAPPER = new JsonMapper();

    private final String owner;
    private final Set<String> tags;
    private final byte[] paths;
    private final byte[] schemas;
    /** A tree, because its branches are shared by all fragments. */
    private final ObjectNode responses;

    private PackedFragment(String owner, Set<String> tags, byte[] paths, byte[] schemas, ObjectNode responses) {
        this.owner = owner;
        this.tags = tags;
        this.paths = paths;
        this.schemas = schemas;
        this.responses = responses;
    }

    public static PackedFragment of(OpenApiFragment fragment) {
        try {
            return new PackedFragment(
                    fragment.owner(),
                    fragment.tags(),
                    MAPPER.writeValueAsBytes(fragment.paths()),
                    MAPPER.writeValueAsBytes(fragment.schemas()),
                    fragment.responses());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the description of " + fragment.owner() + " cannot be written", e);
        }
    }

    /** The fragment with trees of its own, but for the responses. */
    public OpenApiFragment unpack() {
        try {
            return new OpenApiFragment(
                    owner, tags, (ObjectNode) MAPPER.readTree(paths), (ObjectNode) MAPPER.readTree(schemas), responses);
        } catch (IOException e) {
            throw new IllegalStateException("the description of " + owner + " cannot be read", e);
        }
    }
}
