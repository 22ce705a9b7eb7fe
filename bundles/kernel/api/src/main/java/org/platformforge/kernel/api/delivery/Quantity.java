package org.platformforge.kernel.api.delivery;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount in the grammar of Kubernetes ("Quantity" of its API reference): {@code 500m}, {@code 0.5}, {@code 1Gi}, {@code
 * 1e3}. Never negative here, because nothing that is asked for is. Immutable.
 *
 * @param text as it was written
 * @param value in the unit itself: cores, bytes
 */
public record Quantity(String text, BigDecimal value) implements Comparable<Quantity> {
    private static final Pattern FORM = Pattern.compile(
            "\\+?([0-9]{1,18}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9})(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?");
    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
            Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
            Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
            Map.entry("k", BigDecimal.ONE.movePointRight(3)),
            Map.entry("M", BigDecimal.ONE.movePointRight(6)),
            Map.entry("G", BigDecimal.ONE.movePointRight(9)),
            Map.entry("T", BigDecimal.ONE.movePointRight(12)),
            Map.entry("P", BigDecimal.ONE.movePointRight(15)),
            Map.entry("E", BigDecimal.ONE.movePointRight(18)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    /** Empty for what is no quantity. */
    public static Optional<Quantity> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String digits = matcher.group(1);
        BigDecimal number = new BigDecimal(digits.endsWith(".") ? digits + "0" : digits);
        if (matcher.group(2) != null) {
            number = number.multiply(FACTORS.get(matcher.group(2)));
        } else if (matcher.group(3) != null) {
            number = number.scaleByPowerOfTen(Integer.parseInt(matcher.group(3)));
        }
        return Optional.of(new Quantity(text, number));
    }

    /** This amount so many times. */
    public BigDecimal times(int count) {
        return value.multiply(BigDecimal.valueOf(count));
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    /** By amount: {@code 1} and {@code 1000m} are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && value.compareTo(quantity.value) == 0;
    }

    @Override
    public int hashCode() {
        return value.stripTrailingZeros().hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
