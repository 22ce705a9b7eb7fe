package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One message.
 *
 * @param head what it says; {@code type} names the kind of message
 * @param body bytes that belong to it, such as a request's; empty for none
 * @param size bytes it had when it came; 0 for one that is to be sent
 */
public record Frame(ObjectNode head, byte[] body, int size) {
    private static final byte[] NOTHING = new byte[0];

    /** One to be sent. */
    public Frame(ObjectNode head, byte[] body) {
        this(head, body, 0);
    }

    /** One to be sent, without a body. */
    public Frame(ObjectNode head) {
        this(head, NOTHING);
    }

    public String type() {
        return head.path("type").asText();
    }

    public String text(String key) {
        return head.path(key).asText();
    }

    /** A number that must be there and is not negative; -1 when it is not so. */
    public long number(String key) {
        JsonNode value = head.path(key);
        return value.isIntegralNumber() && value.canConvertToLong() ? Math.max(-1, value.longValue()) : -1;
    }
}
