package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Messages on a stream of bytes: the length of the head and the length of the body as four bytes each, most significant
 * first; the head, a JSON object as UTF-8; the body. Stateless.
 */
public final class Frames {
    /** Version of the protocol; both sides must have the same. */
    public static final int PROTOCOL = 1;

    /** What either side may send at most. */
    public static final int MAX_HEAD = 1 << 20;

    public static final int MAX_BODY = 32 << 20;

    private static final int MAX_DEPTH = 80;

    /** Reads and writes heads. */
    public static final ObjectMapper JSON = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_HEAD)
                    .build())
            .build());

    private Frames() {}

    /** A message of this type, to be filled. */
    public static ObjectNode head(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    /**
     * Waits for the next message.
     *
     * @return null when the other side has closed the stream
     * @throws EOFException when it ends within a message
     * @throws IOException also for what is no message or too large: the stream is of no use any more
     */
    public static Frame read(DataInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int head = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int body = in.readInt();
        if (head < 0 || head > MAX_HEAD || body < 0 || body > MAX_BODY) {
            throw new IOException("A message of " + head + " and " + body + " bytes is too large");
        }
        byte[] text = exactly(in, head);
        byte[] bytes = exactly(in, body);
        try {
            JsonNode json = JSON.readTree(text);
            if (json instanceof ObjectNode object) {
                return new Frame(object, bytes, text.length + bytes.length);
            }
        } catch (JsonProcessingException e) {
            // without a cause: what its text repeats may be a tenant's
            throw new IOException("A message is no JSON, or too large");
        }
        throw new IOException("A message is no JSON object");
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        // grows with what has really come, so that a length alone takes no memory
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The stream ended within a message");
        }
        return bytes;
    }

    /** The bytes of the message. @throws IOException when it is too large to be sent */
    public static byte[] bytes(Frame frame) throws IOException {
        byte[] head = JSON.writeValueAsBytes(frame.head());
        if (head.length > MAX_HEAD || frame.body().length > MAX_BODY) {
            throw new IOException(
                    "A message of " + head.length + " and " + frame.body().length + " bytes is too large to be sent");
        }
        return ByteBuffer.allocate(8 + head.length + frame.body().length)
                .putInt(head.length)
                .putInt(frame.body().length)
                .put(head)
                .put(frame.body())
                .array();
    }
}
