package org.platformforge.kernel.http.hygiene;

/** Makes text that holds input safe as a header value: one line, visible ASCII, of bounded length. */
public final class HeaderText {
    private static final int MAX = 1024;

    private HeaderText() {}

    /** Anything but visible ASCII and blanks becomes {@code ?}; thread-safe. */
    public static String safe(String text) {
        int length = Math.min(text.length(), MAX);
        StringBuilder safe = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char current = text.charAt(i);
            safe.append(current >= 0x20 && current < 0x7F ? current : '?');
        }
        return safe.toString();
    }
}
