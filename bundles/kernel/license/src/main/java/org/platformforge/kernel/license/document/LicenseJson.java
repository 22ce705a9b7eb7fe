package org.platformforge.kernel.license.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the member {@code license} strictly: whatever it does not know could be a restriction. */
final class LicenseJson {
    static final int FORMAT = 1;

    private static final Set<String> LIMITS = Set.of("tenants", "users", "devices", "nodes");
    private static final Set<String> REQUIRED = Set.of(
            "format",
            "id",
            "serial",
            "customer",
            "issued_at",
            "not_before",
            "expires_at",
            "grace_days",
            "feature_sets",
            "limits");
    private static final String INSTALLATION = "installation";
    private static final Pattern SET = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final int TEXT = 200;
    private static final int MAX_GRACE = 366;

    private LicenseJson() {}

    /**
     * @throws LicenseException {@code UNSUPPORTED_FORMAT}
     * @throws IllegalArgumentException with what is wrong
     */
    static License read(JsonNode json) throws LicenseException {
        if (json.path("format").asInt(0) != FORMAT) {
            throw new LicenseException(
                    LicenseFlaw.UNSUPPORTED_FORMAT,
                    "Its format is not " + FORMAT + ", which is what this platform reads");
        }
        Set<String> unknown = new HashSet<>();
        json.fieldNames().forEachRemaining(unknown::add);
        if (!unknown.containsAll(REQUIRED)) {
            throw new IllegalArgumentException("it needs " + String.join(", ", new TreeSet<>(REQUIRED)));
        }
        unknown.removeAll(REQUIRED);
        unknown.remove(INSTALLATION);
        if (!unknown.isEmpty()) {
            throw new LicenseException(
                    LicenseFlaw.UNSUPPORTED_FORMAT,
                    "It has terms this platform does not know: " + String.join(", ", new TreeSet<>(unknown)));
        }
        License license = new License(
                text(json, "id"),
                number(json, "serial", 1, Long.MAX_VALUE),
                text(json, "customer"),
                json.has(INSTALLATION) ? text(json, INSTALLATION) : null,
                time(json, "issued_at"),
                time(json, "not_before"),
                time(json, "expires_at"),
                (int) number(json, "grace_days", 0, MAX_GRACE),
                sets(json.get("feature_sets")),
                limits(json.get("limits")));
        if (!license.notBefore().isBefore(license.expiresAt())) {
            throw new IllegalArgumentException("it ends before it begins");
        }
        return license;
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > TEXT) {
            throw new IllegalArgumentException(name + " must be a text of 1 to " + TEXT + " characters");
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String name, long from, long to) {
        JsonNode value = json.get(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < from
                || value.longValue() > to) {
            throw new IllegalArgumentException(name + " must be a whole number from " + from + " to " + to);
        }
        return value.longValue();
    }

    private static Instant time(JsonNode json, String name) {
        try {
            return Instant.parse(text(json, name));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + " must be a time such as 2027-01-31T00:00:00Z", e);
        }
    }

    private static SortedSet<String> sets(JsonNode list) {
        SortedSet<String> sets = new TreeSet<>();
        list.forEach(item -> sets.add(item.isTextual() ? item.textValue() : ""));
        if (!list.isArray() || !sets.stream().allMatch(set -> SET.matcher(set).matches())) {
            throw new IllegalArgumentException("feature_sets must be a list of names such as forge-billing");
        }
        return sets;
    }

    private static SortedMap<String, Long> limits(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("limits must be an object");
        }
        SortedMap<String, Long> limits = new TreeMap<>();
        object.fields().forEachRemaining(limit -> limits.put(limit.getKey(), allowed(object, limit)));
        return limits;
    }

    private static long allowed(JsonNode limits, Map.Entry<String, JsonNode> limit) {
        if (!LIMITS.contains(limit.getKey())) {
            throw new IllegalArgumentException(
                    "limits can be " + String.join(", ", new TreeSet<>(LIMITS)) + ", not " + limit.getKey());
        }
        return number(limits, limit.getKey(), 1, Long.MAX_VALUE);
    }
}
