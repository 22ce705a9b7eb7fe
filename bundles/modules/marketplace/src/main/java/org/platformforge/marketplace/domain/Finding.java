package org.platformforge.marketplace.domain;

import java.util.Map;

/**
 * What a check found.
 *
 * @param code stable, such as {@code import.not-allowed}
 * @param error whether it refuses the artifact; otherwise it is told only
 * @param path where: a path of the manifest, an entry, a class
 */
public record Finding(String code, boolean error, String path, String message) {
    public Map<String, Object> toMap() {
        Map<String, Object> map = new java.util.LinkedHashMap<>();
        map.put("code", code);
        map.put("severity", error ? "error" : "warning");
        map.put("path", path);
        map.put("message", message);
        return map;
    }

    /** With the place it is about, for when the sentence stands alone. */
    String described() {
        return path.isEmpty() ? message : path + ": " + message;
    }

    public static Finding of(Map<String, Object> map) {
        return new Finding(
                (String) map.get("code"), "error".equals(map.get("severity")), (String) map.get("path"), (String)
                        map.get("message"));
    }
}
