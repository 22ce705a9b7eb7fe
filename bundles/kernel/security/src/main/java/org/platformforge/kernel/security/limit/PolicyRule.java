package org.platformforge.kernel.security.limit;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.RateLimiter.Policy;

/**
 * One policy as it stands in the configuration: {@code 100/1m per caller when standard}.
 *
 * @param policy what is shown of it
 * @param condition whom it applies to
 */
record PolicyRule(Policy policy, Condition condition) {
    private static final Pattern FORM = Pattern.compile(
            "(\\d{1,12})\\s*/\\s*(\\d{1,6})(ms|s|m|h|d)\\s+per\\s+(caller|tenant|address)(?:\\s+when\\s+(\\w+))?");
    private static final Duration LONGEST = Duration.ofDays(31);

    /** Whom a policy applies to. */
    enum Condition {
        ALWAYS,
        STANDARD,
        PREMIUM,
        /** A person with an access token. */
        USER,
        /** An API token or API key. */
        KEY
    }

    /**
     * Empty for {@code unlimited}.
     *
     * @throws IllegalArgumentException saying what the value should look like
     */
    static Optional<PolicyRule> parse(String name, String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        if (value.equals("unlimited")) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(value);
        if (!name.matches("[a-z][a-z0-9-]{0,39}") || !form.matches()) {
            throw new IllegalArgumentException("policy." + name + " is \"" + text
                    + "\", not such as \"100/1m per caller when standard\" or \"unlimited\"");
        }
        Duration window = window(Long.parseLong(form.group(2)), form.group(3));
        if (window.isZero() || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("policy." + name + " has a window that is not 1ms to 31d");
        }
        Policy policy = new Policy(name, Long.parseLong(form.group(1)), window, form.group(4));
        return Optional.of(new PolicyRule(policy, condition(name, form.group(5))));
    }

    private static Duration window(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Condition condition(String name, String word) {
        if (word == null) {
            return Condition.ALWAYS;
        }
        return switch (word) {
            case "standard" -> Condition.STANDARD;
            case "premium" -> Condition.PREMIUM;
            case "user" -> Condition.USER;
            case "key" -> Condition.KEY;
            default ->
                throw new IllegalArgumentException(
                        "policy." + name + " says when " + word + ", not standard, premium, user or key");
        };
    }

    boolean appliesTo(Caller caller, Set<String> premiumTenants) {
        return switch (condition) {
            case ALWAYS -> true;
            case STANDARD -> !premium(caller, premiumTenants);
            case PREMIUM -> premium(caller, premiumTenants);
            case USER -> !key(caller);
            case KEY -> key(caller);
        };
    }

    /** Whether the rule can count somebody of whom only the address is known. */
    boolean perAddressAlways() {
        return policy.per().equals("address") && condition == Condition.ALWAYS;
    }

    private static boolean premium(Caller caller, Set<String> premiumTenants) {
        return caller.plan().map("premium"::equals).orElseGet(() -> premiumTenants.contains(caller.tenantId()));
    }

    private static boolean key(Caller caller) {
        return caller.scheme() == Caller.Scheme.API_KEY || caller.scheme() == Caller.Scheme.API_TOKEN;
    }

    /** The one that is counted. Without a credential, or without a tenant, the address stands for the caller. */
    String subject(Caller caller, String address) {
        boolean anonymous = caller.scheme() == Caller.Scheme.NONE;
        return switch (policy.per()) {
            case "caller" -> anonymous ? address : "caller " + caller.tenantId() + " " + caller.subject();
            case "tenant" -> anonymous ? address : "tenant " + caller.tenantId();
            default -> address;
        };
    }
}
