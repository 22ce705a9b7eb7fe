package org.platformforge.driver.process;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quantities in the grammar of Kubernetes ("Quantity" of its API reference): {@code 500m}, {@code 0.5}, {@code 512Mi}. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?");
    private static final Map<String, BigDecimal> FACTORS = Map.of(
            "m", new BigDecimal("0.001"),
            "k", BigDecimal.valueOf(1_000L),
            "Ki", BigDecimal.valueOf(1L << 10),
            "M", BigDecimal.valueOf(1_000_000L),
            "Mi", BigDecimal.valueOf(1L << 20),
            "G", BigDecimal.valueOf(1_000_000_000L),
            "Gi", BigDecimal.valueOf(1L << 30),
            "T", BigDecimal.valueOf(1_000_000_000_000L),
            "Ti", BigDecimal.valueOf(1L << 40));

    private Quantity() {}

    /** Null for what is no quantity. */
    static Double cores(String text) {
        BigDecimal value = value(text);
        return value == null ? null : value.doubleValue();
    }

    /** Null for what is no quantity or no number of bytes a computer can have. */
    static Long bytes(String text) {
        BigDecimal value = value(text);
        return value == null || value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : value.longValue();
    }

    private static BigDecimal value(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        return matcher.group(2) == null ? number : number.multiply(FACTORS.get(matcher.group(2)));
    }
}
