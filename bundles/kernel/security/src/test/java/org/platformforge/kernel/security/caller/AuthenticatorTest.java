package org.platformforge.kernel.security.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Caller.Scheme;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccessTokens.Claims;
import org.platformforge.kernel.api.security.ApiKeys.NewApiKey;
import org.platformforge.kernel.api.security.ApiKeys.Type;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthenticatorTest {
    private final StoreFixture store = Node.open(DatabaseKind.DERBY);
    private final Node node = new Node(store);
    private String jwt;
    private String token;
    private String key;

    @BeforeAll
    void credentials() {
        jwt = node.tokens.issue(new Claims("user_1", "ten_a", Set.of("admin"), "ses_1", List.of("pwd")));
        Caller admin = node.bearer(jwt);
        token = node.apiKeys
                .create(admin, new NewApiKey(Type.TOKEN, "t", null, null, null, null))
                .secret();
        key = node.apiKeys
                .create(admin, new NewApiKey(Type.KEY, "k", null, null, null, null))
                .secret();
    }

    @AfterAll
    void close() {
        node.close();
        store.close();
    }

    @Test
    void eachSchemeIsTakenWhereTheRouteAcceptsIt() {
        assertThat(authenticate("Bearer " + jwt, null, Scheme.JWT).scheme()).isEqualTo(Scheme.JWT);
        assertThat(authenticate("bearer " + jwt, null, Scheme.JWT).scheme()).isEqualTo(Scheme.JWT);
        assertThat(authenticate("Bearer " + token, null, Scheme.API_TOKEN).scheme())
                .isEqualTo(Scheme.API_TOKEN);
        assertThat(authenticate(null, key, Scheme.API_KEY).scheme()).isEqualTo(Scheme.API_KEY);
        refused("Bearer " + jwt, null, Scheme.API_TOKEN, Scheme.API_KEY);
        refused("Bearer " + token, null, Scheme.JWT, Scheme.API_KEY);
        refused(null, key, Scheme.JWT, Scheme.API_TOKEN);
    }

    @Test
    void aCredentialInTheWrongPlaceIsRefused() {
        refused("Bearer " + key, null, Scheme.values());
        refused(null, token, Scheme.values());
        refused(null, jwt, Scheme.values());
        refused("Basic " + jwt, null, Scheme.values());
        refused(jwt, null, Scheme.values());
        refused(token, null, Scheme.values());
    }

    @Test
    void twoCredentialsAreRefusedUnlessTheyAreOne() {
        refused("Bearer " + jwt, key, Scheme.values());
        refused("Bearer " + token, key, Scheme.values());
        refused("Bearer " + jwt, jwt, Scheme.values());
        refused("Bearer x", key, Scheme.values());
        refused("Basic x", key, Scheme.values());
        assertThat(authenticate("Bearer " + key, key, Scheme.values()).scheme()).isEqualTo(Scheme.API_KEY);
        assertThat(authenticate("Bearer " + token, token, Scheme.values()).scheme())
                .isEqualTo(Scheme.API_TOKEN);
    }

    @Test
    void nothingPresentedIsNobody() {
        Caller nobody = authenticate(null, null, Scheme.JWT);
        assertThat(nobody.scheme()).isEqualTo(Scheme.NONE);
        assertThat(nobody.tenantId()).isEmpty();
        assertThat(nobody.isPermitted("provision:read")).isFalse();
        assertThat(nobody.remoteAddress()).isEqualTo("192.0.2.7");
    }

    @Test
    void routesForEverybodyDoNotLookAtCredentials() {
        assertThat(authenticate("Bearer expired", "rubbish").scheme()).isEqualTo(Scheme.NONE);
        assertThat(authenticate("Bearer " + jwt, null, Scheme.NONE).scheme()).isEqualTo(Scheme.NONE);
        refused("Bearer expired", null, Scheme.NONE, Scheme.JWT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "Bearer", "Bearer ", "Bearer  ", "Bearer\t", "Bearer null", "\u0000", "Bearer \u0000"})
    void emptyOrBrokenHeadersAreRefused(String header) {
        refused(header, null, Scheme.values());
        refused(null, header, Scheme.values());
    }

    @Test
    void nothingFromHttpIsTheSystem() {
        for (Caller caller : List.of(
                authenticate(null, null, Scheme.values()),
                authenticate("Bearer " + jwt, null, Scheme.values()),
                authenticate(null, key, Scheme.values()))) {
            assertThat(caller.scheme()).isNotEqualTo(Scheme.SYSTEM);
        }
        refused("Bearer system", null, Scheme.SYSTEM);
        refused("Bearer " + jwt, null, Scheme.SYSTEM);
    }

    @Test
    void theSystemMayEverything() {
        Caller system = node.callers.system("*");
        assertThat(system.isPermitted("module:update")).isTrue();
        assertThat(system.remoteAddress()).isNull();
        assertThat(system.requestId()).startsWith("req_");
    }

    @Test
    void theSystemNamesWhomItActsForAndTheRequest() {
        Caller asked = node.anonymous();
        Caller acting = node.callers.acting("ten_a", asked, "github:octocat");

        assertThat(acting.scheme()).isEqualTo(Scheme.SYSTEM);
        assertThat(acting.subject()).isEqualTo("system");
        assertThat(acting.onBehalfOf()).contains("github:octocat");
        assertThat(acting.initiator()).isEqualTo("github:octocat");
        assertThat(node.callers.system("ten_a").initiator()).isEqualTo("system");
        assertThat(acting.requestId()).isEqualTo(asked.requestId());
        assertThat(acting.remoteAddress()).isEqualTo(asked.remoteAddress());
    }

    @Test
    void aShellUserHasWhatItsRolesGive() {
        assertThat(node.callers.shell("ten_a", "ops", Set.of("operator")).isPermitted("module:update"))
                .isTrue();
        assertThat(node.callers.shell("ten_a", "ops", Set.of("viewer")).isPermitted("module:update"))
                .isFalse();
    }

    private Caller authenticate(String authorization, String apiKey, Scheme... accepted) {
        return node.authenticator.authenticate(Node.presented(authorization, apiKey), Set.of(accepted));
    }

    private void refused(String authorization, String apiKey, Scheme... accepted) {
        assertThatThrownBy(() -> authenticate(authorization, apiKey, accepted))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED));
    }
}
