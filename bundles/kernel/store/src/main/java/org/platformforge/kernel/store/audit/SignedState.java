package org.platformforge.kernel.store.audit;

import java.time.Instant;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.store.json.CanonicalJson;

/**
 * A signed state of a chain.
 *
 * @param hash of the record with this number
 * @param publicKey Ed25519 in hex
 * @param signature over {@link #canonical}, in hex
 */
record SignedState(String tenantId, long sequence, String hash, Instant at, String publicKey, String signature) {
    static String canonical(String tenantId, long sequence, String hash, Instant at) {
        StringBuilder out = new StringBuilder(256).append("{\"at\":");
        CanonicalJson.string(out, at.toString());
        CanonicalJson.string(out.append(",\"hash\":"), hash);
        out.append(",\"sequence\":").append(sequence);
        CanonicalJson.string(out.append(",\"tenant_id\":"), tenantId);
        return out.append(",\"v\":1}").toString();
    }

    String canonical() {
        return canonical(tenantId, sequence, hash, at);
    }

    AuditTrail.Checkpoint checkpoint() {
        return new AuditTrail.Checkpoint(sequence, at, canonical(), publicKey, signature);
    }
}
