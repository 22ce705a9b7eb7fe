package org.platformforge.driver.kubernetes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * Names, labels and annotations of what belongs to a resource. Labels, whose values are narrow, are for finding; annotations
 * have the exact values. Stateless.
 */
final class Marks {
    static final String PREFIX = "platformforge.org/";
    /** Which platform made it: the same on all its nodes, and no other's. */
    static final String PLATFORM = PREFIX + "platform";

    static final String RESOURCE = PREFIX + "resource";
    static final String TENANT = PREFIX + "tenant";
    static final String OWNER = PREFIX + "owner";
    static final String SERVICE = PREFIX + "service";
    static final String ENVIRONMENT = PREFIX + "environment";
    static final String TYPE = PREFIX + "type";
    /** Of the template of pods: the same for the same specification. */
    static final String REVISION = PREFIX + "revision";

    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String MANAGER = "platform-forge";

    private static final int LONGEST_LABEL = 63;
    /** With a revision behind it, it is still a label of DNS. */
    private static final int LONGEST_NAME = 50;

    private static final int DIGEST_DIGITS = 10;

    private Marks() {}

    /** A label of DNS, as Services need it; the same for the same resource. */
    static String name(String resourceId) {
        String plain = "forge-" + lean(resourceId.toLowerCase(Locale.ROOT));
        boolean exact = plain.equals("forge-" + resourceId) && plain.length() <= LONGEST_NAME;
        if (exact) {
            return plain;
        }
        String start = plain.substring(0, Math.min(plain.length(), LONGEST_NAME - DIGEST_DIGITS - 1));
        return start + "-" + digest(resourceId);
    }

    private static String lean(String text) {
        return text.replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A value that a label can have, as near to the text as that goes. */
    static String label(String text) {
        String value = text == null ? "" : text.replaceAll("[^A-Za-z0-9_.-]", "-");
        return value.substring(0, Math.min(value.length(), LONGEST_LABEL))
                .replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
    }

    /** What the pods of a resource are found by; it can never be changed. */
    static Map<String, String> selector(String platform, String resourceId) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(PLATFORM, platform);
        labels.put(RESOURCE, name(resourceId));
        return labels;
    }

    static Map<String, String> labels(String platform, ResourceSpec spec) {
        Map<String, String> labels = selector(platform, spec.id());
        labels.put(MANAGED_BY, MANAGER);
        labels.put("app.kubernetes.io/name", label(spec.service()));
        labels.put("app.kubernetes.io/instance", name(spec.id()));
        labels.put("app.kubernetes.io/component", label(spec.type()));
        labels.put("app.kubernetes.io/part-of", label(spec.environment()));
        labels.put(TENANT, label(spec.tenantId()));
        labels.put(OWNER, label(spec.provisionId()));
        return labels;
    }

    static Map<String, String> annotations(ResourceSpec spec) {
        Map<String, String> exact = new LinkedHashMap<>();
        exact.put(RESOURCE, spec.id());
        exact.put(TENANT, spec.tenantId());
        exact.put(OWNER, spec.provisionId() == null ? "" : spec.provisionId());
        exact.put(SERVICE, spec.service());
        exact.put(ENVIRONMENT, spec.environment());
        exact.put(TYPE, spec.type());
        return exact;
    }
}
