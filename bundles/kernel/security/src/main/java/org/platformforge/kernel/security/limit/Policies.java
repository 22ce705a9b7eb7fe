package org.platformforge.kernel.security.limit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.http.Dialect;

/**
 * All policies under one state of the configuration. What the configuration leaves out has the default.
 *
 * @param names of all policies
 * @param rules by name; a policy that is unlimited is not there
 * @param byDialect the policies of routes that name none
 */
record Policies(
        Set<String> names,
        Map<String, PolicyRule> rules,
        Map<Dialect, List<String>> byDialect,
        Set<String> premiumTenants) {
    /** Counted at every refused credential; routes do not name it. */
    static final String REFUSED_CREDENTIALS = "refused-credentials";

    /** Counted at every request to an extension, for each extension by itself; routes do not name it. */
    static final String EXTENSION = "extension";

    private static final String POLICY = "policy.";
    private static final String DIALECT = "dialect.";

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("policy.platform-api-standard", "100/1m per caller when standard"),
            Map.entry("policy.platform-api-premium", "1000/1m per caller when premium"),
            Map.entry("policy.api-reference-user", "1000/1h per caller when user"),
            Map.entry("policy.api-reference-key", "5000/1h per caller when key"),
            Map.entry("policy.platform-forge", "1000/1h per tenant"),
            Map.entry("policy.auth", "20/1m per address"),
            Map.entry("policy." + EXTENSION, "1000/1m per tenant"),
            Map.entry("policy." + REFUSED_CREDENTIALS, "600/1m per address"),
            Map.entry("policy.webhook", "600/1m per address"),
            Map.entry("policy.admin", "100/1h per tenant"),
            Map.entry("policy.paas-address", "100/1m per address"),
            Map.entry("policy.paas-user", "1000/1h per caller"),
            Map.entry("policy.infrastructure", "100/1m per caller"),
            Map.entry("dialect.platform-api", "platform-api-standard,platform-api-premium"),
            Map.entry("dialect.api-reference", "api-reference-user,api-reference-key"),
            Map.entry("dialect.platform-forge", "platform-forge"),
            Map.entry("dialect.paas", "paas-address,paas-user"),
            Map.entry("dialect.infrastructure", "infrastructure"));

    /** @throws IllegalArgumentException naming every wrong value */
    static Policies of(Map<String, Object> properties, String premiumTenants) {
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        properties.forEach((key, value) -> {
            if (key.startsWith(POLICY) || key.startsWith(DIALECT)) {
                values.put(key, String.valueOf(value));
            }
        });
        List<String> problems = new ArrayList<>();
        Map<String, PolicyRule> rules = new TreeMap<>();
        Map<Dialect, List<String>> dialects = new EnumMap<>(Dialect.class);
        values.forEach((key, value) -> {
            try {
                if (key.startsWith(POLICY)) {
                    String name = key.substring(POLICY.length());
                    PolicyRule.parse(name, value).ifPresent(rule -> rules.put(name, rule));
                }
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        });
        values.forEach((key, value) -> {
            if (key.startsWith(DIALECT)) {
                dialect(key, value, values, dialects, problems);
            }
        });
        PolicyRule refused = rules.get(REFUSED_CREDENTIALS);
        if (refused != null && !refused.perAddressAlways()) {
            problems.add("policy." + REFUSED_CREDENTIALS + " can only be per address, because nobody knows the caller");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(RateLimitConfig.PID + ": " + String.join("; ", problems));
        }
        Set<String> all = values.keySet().stream()
                .filter(key -> key.startsWith(POLICY))
                .map(key -> key.substring(POLICY.length()))
                .collect(Collectors.toUnmodifiableSet());
        return new Policies(all, Map.copyOf(rules), Map.copyOf(dialects), Set.copyOf(names(premiumTenants)));
    }

    private static void dialect(
            String key,
            String value,
            Map<String, String> values,
            Map<Dialect, List<String>> dialects,
            List<String> problems) {
        List<String> policies = names(value);
        policies.stream()
                .filter(name -> !values.containsKey(POLICY + name))
                .forEach(name -> problems.add(key + " names the policy " + name + ", which is not there"));
        try {
            String constant = key.substring(DIALECT.length()).replace('-', '_').toUpperCase(Locale.ROOT);
            dialects.put(Dialect.valueOf(constant), policies);
        } catch (IllegalArgumentException e) {
            problems.add(key + " is no document; there are platform-api, api-reference, platform-forge, paas and"
                    + " infrastructure");
        }
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .collect(Collectors.toUnmodifiableList());
    }
}
