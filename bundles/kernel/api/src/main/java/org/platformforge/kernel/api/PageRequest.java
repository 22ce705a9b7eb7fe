package org.platformforge.kernel.api;

/**
 * Which part of a list is wanted. Either by {@code cursor}, or by {@code offset}; a cursor wins.
 *
 * @param limit rows wanted, already clamped to 1…{@value #MAX_LIMIT}
 * @param offset rows to skip, 0 or more
 * @param cursor the opaque cursor of an earlier {@link Page}, or null
 */
public record PageRequest(int limit, int offset, String cursor) {
    public static final int DEFAULT_LIMIT = 20;
    public static final int MAX_LIMIT = 100;

    public PageRequest {
        limit = Math.max(1, Math.min(MAX_LIMIT, limit));
        offset = Math.max(0, offset);
        cursor = cursor == null || cursor.isBlank() ? null : cursor;
    }

    /** What a client asked for; values out of range are clamped, never an error. */
    public static PageRequest of(Integer limit, Integer offset, String cursor) {
        return new PageRequest(limit == null ? DEFAULT_LIMIT : limit, offset == null ? 0 : offset, cursor);
    }

    public static PageRequest first(int limit) {
        return new PageRequest(limit, 0, null);
    }
}
