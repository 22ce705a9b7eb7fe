package org.platformforge.kernel.security.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The checked values of {@link SecurityConfig}.
 *
 * @param roles permissions by role
 * @param operatorOnly permissions only the role operator can grant
 * @param tenantRules what the settings of the platform and of tenants ask
 */
public record Settings(
        Map<String, Set<String>> roles,
        Set<String> operatorOnly,
        String issuer,
        String audience,
        Duration tokenLifetime,
        TenantRules tenantRules,
        Duration tokenLeeway,
        Duration keyRotation,
        Duration idempotencyRetention,
        Duration idempotencyLease) {

    /** The role of those who have to enrol a second factor. */
    public static final String ENROLMENT = "mfa_enrolment";

    private static final String ROLE_PREFIX = "role.";

    /**
     * @param properties all properties of the configuration, for roles the type does not know
     * @throws IllegalArgumentException naming every wrong value
     */
    public static Settings of(SecurityConfig config, Map<String, Object> properties) {
        List<String> problems = new ArrayList<>();
        Settings settings = new Settings(
                roles(config, properties, problems),
                permissions("operator.only", config.operator_only(), problems),
                text("token.issuer", config.token_issuer(), problems),
                text("token.audience", config.token_audience(), problems),
                Duration.ofSeconds(
                        within("token.lifetime.seconds", config.token_lifetime_seconds(), 60, 86_400, problems)),
                TenantRules.of(properties),
                Duration.ofSeconds(within("token.leeway.seconds", config.token_leeway_seconds(), 0, 60, problems)),
                Duration.ofDays(
                        within("token.key.rotation.days", config.token_key_rotation_days(), 1, 3_650, problems)),
                Duration.ofHours(
                        within("idempotency.retention.hours", config.idempotency_retention_hours(), 24, 720, problems)),
                Duration.ofSeconds(
                        within("idempotency.lease.seconds", config.idempotency_lease_seconds(), 5, 600, problems)));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(SecurityConfig.PID + ": " + String.join("; ", problems));
        }
        return settings;
    }

    /**
     * How long an access token is good, from its issue on: it does not outlive a session of its tenant that is not
     * refreshed. Asked when one is issued and again when it is presented, so that a shorter time counts at once.
     */
    public Duration tokenLifetime(String tenantId) {
        return tenantRules.tokenLifetime(tokenLifetime, tenantId);
    }

    /**
     * The roles of an access token: none but {@value #ENROLMENT}, which permits nothing, where the tenant requires a second
     * factor and the person has shown none. Routes for every caller are open with it, those that enrol one among them.
     * Asked when one is issued and again when it is presented, so that the requirement counts at once.
     *
     * @param methods how the person proved who they are ({@code amr})
     * @param roles of the person
     */
    public Set<String> tokenRoles(String tenantId, Collection<String> methods, Set<String> roles) {
        return requiresMfa(tenantId) && !methods.contains("mfa") ? Set.of(ENROLMENT) : roles;
    }

    public boolean requiresMfa(String tenantId) {
        return tenantRules.requiresMfa(tenantId);
    }

    private static Map<String, Set<String>> roles(
            SecurityConfig config, Map<String, Object> properties, List<String> problems) {
        Map<String, Set<String>> roles = new LinkedHashMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.put(key.substring(ROLE_PREFIX.length()), permissions(key, String.valueOf(value), problems));
            }
        });
        roles.put("operator", permissions("role.operator", config.role_operator(), problems));
        roles.put("admin", permissions("role.admin", config.role_admin(), problems));
        roles.put("developer", permissions("role.developer", config.role_developer(), problems));
        roles.put("viewer", permissions("role.viewer", config.role_viewer(), problems));
        roles.put("auditor", permissions("role.auditor", config.role_auditor(), problems));
        return Map.copyOf(roles);
    }

    private static Set<String> permissions(String key, String list, List<String> problems) {
        Set<String> result = new TreeSet<>();
        Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .forEach(item -> {
                    if (item.matches("[a-z0-9_*-]+(:[a-z0-9_*-]+)*")) {
                        result.add(item);
                    } else {
                        problems.add(key + " holds \"" + item + "\", which is no permission");
                    }
                });
        return Set.copyOf(result);
    }

    private static String text(String key, String value, List<String> problems) {
        if (value == null || value.isBlank()) {
            problems.add(key + " is empty");
            return "";
        }
        return value.strip();
    }

    private static int within(String key, int value, int lowest, int highest, List<String> problems) {
        if (value < lowest || value > highest) {
            problems.add(key + " is " + value + ", not within " + lowest + " to " + highest);
        }
        return value;
    }
}
