package org.platformforge.kernel.store.audit;

import java.time.Instant;
import org.platformforge.kernel.store.json.CanonicalJson;

/**
 * A record as it is kept, before it has its place in the chain.
 *
 * @param details canonical JSON
 */
record Row(
        String tenantId,
        String id,
        Instant at,
        String actor,
        String onBehalfOf,
        String scheme,
        String action,
        String target,
        String result,
        String requestId,
        String address,
        String userAgent,
        String details) {

    /** Of {@link #canonical}; bound into every digest, so that a later form does not make older records void. */
    private static final int VERSION = 1;

    /** The record in its place, as canonical JSON (RFC 8785): these keys in this order. */
    String canonical(long sequence, String previousHash, String keyId) {
        StringBuilder out = new StringBuilder(512 + details.length());
        text(out, "{\"action\":", action);
        text(out, ",\"actor\":", actor);
        text(out, ",\"address\":", address);
        text(out, ",\"at\":", at.toString());
        out.append(",\"details\":").append(details);
        text(out, ",\"id\":", id);
        text(out, ",\"key_id\":", keyId);
        text(out, ",\"on_behalf_of\":", onBehalfOf);
        text(out, ",\"previous\":", previousHash);
        text(out, ",\"request_id\":", requestId);
        text(out, ",\"result\":", result);
        text(out, ",\"scheme\":", scheme);
        out.append(",\"sequence\":").append(sequence);
        text(out, ",\"target\":", target);
        text(out, ",\"tenant_id\":", tenantId);
        text(out, ",\"user_agent\":", userAgent);
        return out.append(",\"v\":").append(VERSION).append('}').toString();
    }

    private static void text(StringBuilder out, String key, String value) {
        CanonicalJson.string(out.append(key), value);
    }
}
