package org.platformforge.extension.verifier;

/**
 * Something about an artifact that its author should know.
 *
 * @param where in the artifact: an entry, a class and method, a key of the manifest; empty for the artifact itself
 * @param message one sentence an author can act on; never holds control characters and at most {@value #MAX_TEXT} characters
 */
public record Finding(Severity severity, Code code, String where, String message) {
    static final int MAX_TEXT = 500;

    /** Names come out of a file somebody else has made. */
    public Finding {
        where = printable(where);
        message = printable(message);
    }

    public enum Severity {
        /** The artifact is refused. */
        ERROR,
        /** It is accepted, but something is not as it should be. */
        WARNING
    }

    static Finding of(Code code, String where, String message) {
        return new Finding(code.severity(), code, where, message);
    }

    private static String printable(String text) {
        String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT - 1) + "…" : text;
        StringBuilder clean = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> clean.appendCodePoint(invisible(c) ? '?' : c));
        return clean.toString();
    }

    private static boolean invisible(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isISOControl(codePoint)
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    @Override
    public String toString() {
        return severity + " " + code + (where.isEmpty() ? "" : " " + where) + ": " + message;
    }
}
