package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** People who want to be more than they are: by routes that are not theirs, and by fields that nobody asked for. */
@Order(5)
@Tag(Tags.ANY_DATABASE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class EscalationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADMIN = "/api/v1/admin/";
    private static final Set<String> AUDITORS = Set.of("audit:list", "audit:verify", "audit:export");

    /** What each role below may do of the administration. */
    private static final Map<String, Predicate<String>> BELOW = Map.of(
            "viewer", permission -> permission.endsWith(":read"),
            "developer", permission -> false,
            "auditor", AUDITORS::contains);

    private final Platform platform;
    private final Http http;
    private Account admin;
    private ApiDocument document;

    EscalationTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeAll
    void register() {
        admin = Account.register(platform);
        document = new ApiDocument(platform);
    }

    private Account person(String role) {
        String email = role + '-' + UUID.randomUUID() + "@example.com";
        Answer created = http.post(
                ADMIN + "users",
                "{\"email\": \"%s\", \"name\": \"P\", \"password\": \"%s\", \"roles\": [\"%s\"]}"
                        .formatted(email, Account.PASSWORD, role),
                admin.bearer());
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        Account account = Account.login(platform, email, Account.PASSWORD);
        assertThat(account.tenantId()).isEqualTo(admin.tenantId());
        return account;
    }

    @TestFactory
    Stream<DynamicTest> opensNoRouteOfTheAdministrationToRolesBelow() {
        List<Operation> routes = Operation.installed(platform).stream()
                .filter(operation -> operation.path().startsWith(ADMIN))
                .toList();
        assertThat(routes).hasSizeGreaterThan(15);
        List<DynamicTest> tests = new ArrayList<>();
        BELOW.forEach((role, allowed) -> {
            Account account = person(role);
            routes.forEach(route -> tests.add(dynamicTest(
                    role + ": " + route,
                    () -> assertPermitted(route, account, allowed.test(route.permission()) && !route.platformWide()))));
        });
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> opensNoRouteOfThePlatformToATenantsAdministrator() {
        List<Operation> routes = Operation.installed(platform).stream()
                .filter(Operation::platformWide)
                .toList();
        assertThat(routes).isNotEmpty();
        return routes.stream().map(route -> dynamicTest(route.toString(), () -> assertPermitted(route, admin, false)));
    }

    private void assertPermitted(Operation route, Account account, boolean allowed) {
        Answer answer = route.call(platform, "id", "{}", account.bearer());
        if (allowed) {
            assertThat(answer.status()).as(answer.toString()).isLessThan(500).isNotIn(401, 403);
        } else {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
            assertThat(answer.errorCode()).isEqualTo("FORBIDDEN");
        }
    }

    /** None of these is a field of every request; where one is, it is left out. */
    private static final Map<String, Object> UNASKED = new LinkedHashMap<>(Map.of(
            "tenant_id", "platform",
            "roles", List.of("operator"),
            "role", "operator",
            "permissions", List.of("*"),
            "is_admin", true,
            "user_id", "user_1",
            "owner_id", "user_1",
            "status", "active",
            "email_verified", true));

    @TestFactory
    Stream<DynamicTest> refusesFieldsThatNobodyAskedFor() {
        return document.routes().stream()
                .filter(route -> !route.description().path("x-scope").asText().equals("platform"))
                .filter(route -> !fields(route).isEmpty())
                .map(route -> dynamicTest(route.toString(), () -> assertRefuses(route)));
    }

    /** Of the body; empty for none, and for one that takes any. */
    private JsonNode fields(ApiDocument.Route route) {
        JsonNode schema = document.resolved(route.description()
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema"));
        JsonNode additional = schema.path("additionalProperties");
        boolean open = additional.isObject() || additional.asBoolean();
        return open ? JSON.createObjectNode() : schema.path("properties");
    }

    private void assertRefuses(ApiDocument.Route route) {
        ObjectNode body = JSON.createObjectNode();
        JsonNode known = fields(route);
        UNASKED.forEach((name, value) -> {
            if (!known.has(name)) {
                body.set(name, JSON.valueToTree(value));
            }
        });
        Answer answer = http.send(
                route.method(),
                route.path().replaceAll("\\{[^}]+}", "id"),
                body.toString(),
                "Authorization",
                admin.bearer()[1],
                "Content-Type",
                "application/json");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.text())
                .contains(body.properties().stream().map(Map.Entry::getKey).toList());
    }

    @Test
    void makesNobodyMoreThanWhoeverAsksForIt() {
        Account developer = person("developer");
        String register = "{\"email\": \"mallory-" + UUID.randomUUID() + "@example.com\", \"password\": \""
                + Account.PASSWORD + "\", \"name\": \"M\", \"tenant_id\": \"%s\"}";
        assertThat(http.post("/api/v1/auth/register", register.formatted("platform"))
                        .status())
                .isEqualTo(403);
        assertThat(http.post("/api/v1/auth/register", register.formatted(admin.tenantId()))
                        .status())
                .isEqualTo(403);
        for (String body : List.of(
                "{\"name\": \"k\", \"roles\": [\"operator\"]}",
                "{\"name\": \"k\", \"roles\": [\"admin\"]}",
                "{\"name\": \"k\", \"scopes\": [\"user:create\"]}",
                "{\"name\": \"k\", \"scopes\": [\"*\"]}",
                "{\"name\": \"k\", \"plan\": \"premium\"}")) {
            assertRefused(http.post("/api/v1/auth/api-keys", body, developer.bearer()));
        }
        assertRefused(http.post(
                ADMIN + "users",
                "{\"email\": \"x@example.com\", \"name\": \"X\", \"password\": \"%s\", \"roles\": [\"operator\"]}"
                        .formatted(Account.PASSWORD),
                admin.bearer()));
        assertRefused(http.post(
                "/api/v1/auth/invitations",
                "{\"email\": \"x@example.com\", \"roles\": [\"operator\"]}",
                admin.bearer()));
        assertRefused(http.send(
                "PUT",
                "/api/v1/auth/join-policy",
                "{\"policy\": \"open\", \"roles\": [\"operator\"]}",
                "Authorization",
                admin.bearer()[1],
                "Content-Type",
                "application/json"));

        JsonNode me = http.get("/api/v1/auth/me", developer.bearer()).data();
        JsonNode records = http.get(
                        ADMIN + "audit-logs?action=createApiKey&user_id="
                                + me.path("subject").asText(),
                        admin.bearer())
                .data()
                .path("logs");
        assertThat(records).as(records.toString()).hasSize(5).allSatisfy(record -> {
            assertThat(record.path("result").asText()).isEqualTo("refused");
            assertThat(record.path("details").path("reason").asText()).containsAnyOf("than yours", "operator only");
        });
        assertThat(me.path("roles").toString()).isEqualTo("[\"developer\"]");
        assertThat(me.path("tenant_id").asText()).isEqualTo(admin.tenantId());
    }

    /** What a session that somebody left open must not give away. */
    @Test
    void wantsAFreshSignInForWhatGivesOrTakesRights() {
        JsonNode paths = http.get("/api/v1/openapi.json").json().path("paths");
        Set<String> guarded = new TreeSet<>();
        for (JsonNode path : paths) {
            for (JsonNode operation : path) {
                if (operation.path("x-step-up").asBoolean()) {
                    guarded.add(operation.path("operationId").asText());
                    assertThat(operation.path("responses").path("401").toString())
                            .contains("step_up_required");
                }
            }
        }

        assertThat(guarded)
                .contains("createApiKey", "rotateApiKey", "revokeApiKey", "createInvitation", "setJoinPolicy")
                .contains("createUser", "updateUser", "deleteUser", "suspendUser", "activateUser", "changeUsers")
                .contains("updateConfig", "rollbackConfig");
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("FORBIDDEN");
    }

    /** Of a tenant the caller names, by whatever means a client has. */
    @Test
    void takesTheTenantFromTheCredentialAlone() {
        Account other = Account.register(platform);
        for (String name : List.of("X-Tenant-ID", "X-Tenant", "X-Forwarded-Tenant", "X-User-Id", "X-Roles")) {
            Answer answer = http.get("/api/v1/auth/me", "Authorization", admin.bearer()[1], name, other.tenantId());
            if (answer.status() == 200) {
                assertThat(answer.data().path("tenant_id").asText()).isEqualTo(admin.tenantId());
            } else {
                assertThat(answer.errorCode()).as(answer.toString()).isEqualTo("TENANT_MISMATCH");
            }
        }
    }
}
