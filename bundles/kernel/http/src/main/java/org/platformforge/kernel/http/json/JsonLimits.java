package org.platformforge.kernel.http.json;

/**
 * How much JSON a request may make the platform hold. The size of the whole body is limited before, by the route.
 *
 * @param maxDepth nested arrays and objects
 * @param maxStringLength characters of one string
 * @param maxNumberLength digits of one number
 * @param maxNameLength characters of one field name
 * @param maxFieldErrors problems that are listed; the rest is only counted
 */
public record JsonLimits(
        int maxDepth, int maxStringLength, int maxNumberLength, int maxNameLength, int maxFieldErrors) {
    public static JsonLimits defaults() {
        return new JsonLimits(64, 1 << 20, 64, 256, 50);
    }
}
