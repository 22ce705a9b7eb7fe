package org.platformforge.kernel.http.hygiene;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One element of an Accept header (RFC 9110, 12.5.1); parameters other than q are not compared. */
record MediaRange(String type, String subtype, int permille) {
    /** Elements that cannot be read are left out; an absent or empty header accepts everything. */
    static List<MediaRange> parse(String accept) {
        if (accept == null || accept.isBlank()) {
            return List.of(new MediaRange("*", "*", 1000));
        }
        List<MediaRange> ranges = new ArrayList<>();
        for (String element : accept.split(",")) {
            MediaRange range = one(element);
            if (range != null) {
                ranges.add(range);
            }
        }
        return ranges;
    }

    /** The quality of a media type: the most specific range that covers it decides; 0 means refused. */
    static int quality(List<MediaRange> ranges, String mediaType) {
        int slash = mediaType.indexOf('/');
        String type = mediaType.substring(0, slash);
        String subtype = mediaType.substring(slash + 1);
        int quality = 0;
        int specificity = -1;
        for (MediaRange range : ranges) {
            int specific = range.covers(type, subtype);
            if (specific > specificity) {
                specificity = specific;
                quality = range.permille();
            }
        }
        return quality;
    }

    boolean is(String mediaType) {
        return (type + "/" + subtype).equals(mediaType);
    }

    private int covers(String otherType, String otherSubtype) {
        if ("*".equals(type)) {
            return "*".equals(subtype) ? 0 : -1;
        }
        if (!type.equals(otherType)) {
            return -1;
        }
        if ("*".equals(subtype)) {
            return 1;
        }
        return subtype.equals(otherSubtype) ? 2 : -1;
    }

    private static MediaRange one(String element) {
        String[] parts = element.split(";", -1);
        String name = parts[0].trim().toLowerCase(Locale.ROOT);
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            return null;
        }
        int permille = 1000;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                permille = permille(parameter.substring(2));
            }
        }
        return new MediaRange(name.substring(0, slash), name.substring(slash + 1), permille);
    }

    /** A quality that cannot be read counts as 0: better refused than guessed. */
    static int permille(String q) {
        String value = q.trim();
        if (!value.matches("(0(\\.\\d{0,3})?)|(1(\\.0{0,3})?)")) {
            return 0;
        }
        return (int) Math.round(Double.parseDouble(value) * 1000);
    }
}
