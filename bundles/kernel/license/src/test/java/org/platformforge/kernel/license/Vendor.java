package org.platformforge.kernel.license;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.license.document.LicenseKeys;
import org.platformforge.kernel.license.document.LicenseSigner;

/** Makes licences, with a key of its own. */
public final class Vendor {
    private final LicenseSigner.Pair pair;

    public Vendor() throws Exception {
        pair = LicenseSigner.generate();
    }

    public String publicPem() {
        return pair.publicPem();
    }

    public String privatePem() {
        return pair.privatePem();
    }

    public LicenseKeys keys() throws Exception {
        return new LicenseKeys(List.of(pair.publicPem()));
    }

    /** Terms that make a licence; what tests do not care for. */
    public static Map<String, Object> terms() {
        Map<String, Object> terms = new LinkedHashMap<>();
        terms.put("id", "lic_1");
        terms.put("serial", 1);
        terms.put("customer", "Acme GmbH");
        terms.put("issued_at", "2026-01-01T00:00:00Z");
        terms.put("expires_at", "2027-01-01T00:00:00Z");
        terms.put("grace_days", 30);
        terms.put("feature_sets", List.of("forge-billing"));
        terms.put("limits", Map.of("tenants", 3));
        return terms;
    }

    public byte[] sign(Map<String, Object> terms) throws Exception {
        return LicenseSigner.sign(new ObjectMapper().writeValueAsBytes(terms), pair.publicPem(), pair.privatePem());
    }

    public byte[] sign(String name, Object value) throws Exception {
        Map<String, Object> terms = terms();
        terms.put(name, value);
        return sign(terms);
    }

    /** For tests on the real clock. */
    public byte[] current(String... sets) throws Exception {
        Map<String, Object> terms = terms();
        terms.put("issued_at", Instant.now().minusSeconds(3600).toString());
        terms.put("expires_at", Instant.now().plusSeconds(90L * 86400).toString());
        terms.put("feature_sets", List.of(sets));
        return sign(terms);
    }
}
