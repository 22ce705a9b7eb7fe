package org.platformforge.kernel.security.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.security.config.SecuritySettings;
import org.platformforge.kernel.security.testing.TestConfig;

class RolePermissionsTest {
    private final RolePermissions permissions =
            new RolePermissions(new SecuritySettings(TestConfig.settings(Map.of())));

    @ParameterizedTest
    @CsvSource({
        "operator,  module:update,      true",
        "operator,  tenant:create,      true",
        "operator,  provision:create,   true",
        "admin,     provision:create,   true",
        "admin,     apikey:revoke-any,  true",
        "admin,     something:new,      true",
        "admin,     module:update,      false",
        "admin,     tenant:create,      false",
        "admin,     ratelimit:read,     false",
        "admin,     apikey:premium,     false",
        "admin,     *,                  false",
        "developer, provision:create,   true",
        "developer, resource:delete,    true",
        "developer, apikey:create,      true",
        "developer, apikey:revoke-any,  false",
        "developer, user:delete,        false",
        "viewer,    provision:read,     true",
        "viewer,    provision:create,   false",
        "viewer,    module:read,        false",
        "viewer,    tenant:read,        false",
        "nobody,    provision:read,     false",
    })
    void permitsWhatTheRoleIsFor(String role, String permission, boolean permitted) {
        Grant grant = permissions.grant(Set.of(role), Set.of());
        assertThat(grant.permits(permission)).isEqualTo(permitted);
        assertThat(grant.permits(permission)).as("remembered").isEqualTo(permitted);
    }

    @Test
    void whatIsPlatformWideStaysTheOperatorsWhateverIsConfigured() {
        RolePermissions open = new RolePermissions(
                new SecuritySettings(TestConfig.settings(Map.of("operator_only", "", "role_admin", "*,platform:*"))));
        Grant admin = open.grant(Set.of("admin"), Set.of());
        assertThat(admin.permits("module:update")).isTrue();
        assertThat(admin.permits("platform:publish")).isFalse();
        assertThat(admin.permits("platform:*")).isFalse();
        assertThat(admin.covers("platform:publish")).isFalse();
        assertThat(open.grant(Set.of("admin"), Set.of("platform:publish")).permits("platform:publish"))
                .isFalse();
        assertThat(open.grant(Set.of("operator"), Set.of()).permits("platform:publish"))
                .isTrue();
    }

    @Test
    void scopesNarrowAndNeverWiden() {
        Grant grant = permissions.grant(Set.of("viewer"), Set.of("provision:*", "apikey:create"));
        assertThat(grant.permits("provision:read")).isTrue();
        assertThat(grant.permits("provision:create")).isFalse();
        assertThat(grant.permits("resource:read")).isFalse();
        assertThat(grant.permits("apikey:create")).isFalse();
        assertThat(grant.narrowed()).isTrue();
    }

    @Test
    void aScopeOfEverythingDoesNotOpenWhatIsForOperators() {
        Grant grant = permissions.grant(Set.of("admin"), Set.of("*"));
        assertThat(grant.permits("provision:create")).isTrue();
        assertThat(grant.permits("module:update")).isFalse();
    }

    @Test
    void addsUpSeveralRoles() {
        Grant grant = permissions.grant(Set.of("viewer", "developer"), Set.of());
        assertThat(grant.permits("invoice:read")).isTrue();
        assertThat(grant.permits("provision:create")).isTrue();
    }

    @Test
    void followsTheConfiguration() throws ReflectiveOperationException {
        SecuritySettings settings = new SecuritySettings(TestConfig.settings(Map.of()));
        RolePermissions live = new RolePermissions(settings);
        Grant grant = live.grant(Set.of("viewer"), Set.of());
        assertThat(grant.permits("provision:cancel")).isFalse();
        change(settings, Map.of("role_viewer", "*:read,*:cancel"));
        assertThat(grant.permits("provision:cancel")).isTrue();
        change(settings, Map.of("role_viewer", "not a permission"));
        assertThat(grant.permits("provision:cancel"))
                .as("a wrong change is refused")
                .isTrue();
    }

    @Test
    void knowsRolesThatTheOperatorAdds() {
        RolePermissions more =
                new RolePermissions(new SecuritySettings(TestConfig.settings(Map.of("role_auditor", "audit:read"))));
        assertThat(more.grant(Set.of("auditor"), Set.of()).permits("audit:read"))
                .isTrue();
        assertThat(more.ofRole("auditor")).contains(Set.of("audit:read"));
    }

    @Test
    void doesNotGrowWithMadeUpPermissions() {
        Grant grant = permissions.grant(Set.of("developer"), Set.of());
        for (int i = 0; i < 5_000; i++) {
            assertThat(grant.permits("provision:read:prov-" + i)).isTrue();
        }
    }

    private static void change(SecuritySettings settings, Map<String, Object> values)
            throws ReflectiveOperationException {
        var modified = SecuritySettings.class.getDeclaredMethod(
                "modified", org.platformforge.kernel.security.config.SecurityConfig.class, Map.class);
        modified.setAccessible(true);
        modified.invoke(
                settings,
                TestConfig.of(org.platformforge.kernel.security.config.SecurityConfig.class, values),
                Map.of());
    }
}
