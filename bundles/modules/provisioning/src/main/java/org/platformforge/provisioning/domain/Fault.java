package org.platformforge.provisioning.domain;

/** Why something did not work, as it may be shown. */
public record Fault(String code, String message) {
    private static final int LONGEST_CODE = 64;
    private static final int LONGEST_MESSAGE = 2000;

    public Fault {
        code = cut(code, LONGEST_CODE);
        message = cut(message, LONGEST_MESSAGE);
    }

    private static String cut(String text, int longest) {
        String present = text == null ? "" : text;
        return present.length() <= longest ? present : present.substring(0, longest - 3) + "...";
    }
}
