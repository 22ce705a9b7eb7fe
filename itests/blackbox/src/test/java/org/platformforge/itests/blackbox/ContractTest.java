package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the dialect table from outside, on routes that a module of tests brings in each document's dialect. */
@Order(6)
@Tag(Tags.ANY_DATABASE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class ContractTest {
    private static final String BASE = "/api/v1/contract/";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Platform platform;
    private final Http http;
    private ContractModule module;
    private Account account;

    ContractTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeAll
    void install() {
        module = new ContractModule(platform);
        account = Account.register(platform);
    }

    @AfterAll
    void uninstall() {
        module.close();
        assertThat(http.get(BASE + "credentials/public").status()).isEqualTo(404);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        // kind, status, and its name in documents 000, 001, 002, 003 (seen in RFC 9457 only) and 004
        "malformed, 400, MALFORMED_REQUEST, VALIDATION_ERROR, VALIDATION_ERROR, MALFORMED_REQUEST, VALIDATION_ERROR",
        "validation, 400, VALIDATION_ERROR, VALIDATION_ERROR, VALIDATION_ERROR, VALIDATION_ERROR, VALIDATION_ERROR",
        "unauthenticated, 401, UNAUTHORIZED, AUTHENTICATION_REQUIRED, UNAUTHORIZED, UNAUTHORIZED, UNAUTHORIZED",
        "mfa-required, 401, MFA_REQUIRED, MFA_REQUIRED, MFA_REQUIRED, MFA_REQUIRED, MFA_REQUIRED",
        "step-up-required, 401, STEP_UP_REQUIRED, STEP_UP_REQUIRED, STEP_UP_REQUIRED, STEP_UP_REQUIRED, STEP_UP_REQUIRED",
        "payment-required, 402, PAYMENT_REQUIRED, PAYMENT_REQUIRED, PAYMENT_REQUIRED, PAYMENT_REQUIRED, PAYMENT_REQUIRED",
        "forbidden, 403, FORBIDDEN, AUTHORIZATION_DENIED, FORBIDDEN, FORBIDDEN, FORBIDDEN",
        "tenant-mismatch, 403, TENANT_MISMATCH, TENANT_MISMATCH, TENANT_MISMATCH, TENANT_MISMATCH, TENANT_MISMATCH",
        "not-found, 404, NOT_FOUND, RESOURCE_NOT_FOUND, NOT_FOUND, NOT_FOUND, RESOURCE_NOT_FOUND",
        "method-not-allowed, 405, METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED,"
                + " METHOD_NOT_ALLOWED",
        "not-acceptable, 406, NOT_ACCEPTABLE, NOT_ACCEPTABLE, NOT_ACCEPTABLE, NOT_ACCEPTABLE, NOT_ACCEPTABLE",
        "conflict, 409, CONFLICT, CONFLICT, CONFLICT, CONFLICT, CONFLICT",
        "gone, 410, GONE, GONE, GONE, GONE, GONE",
        "precondition-failed, 412, PRECONDITION_FAILED, PRECONDITION_FAILED, PRECONDITION_FAILED, PRECONDITION_FAILED,"
                + " PRECONDITION_FAILED",
        "payload-too-large, 413, PAYLOAD_TOO_LARGE, PAYLOAD_TOO_LARGE, PAYLOAD_TOO_LARGE, PAYLOAD_TOO_LARGE,"
                + " PAYLOAD_TOO_LARGE",
        "uri-too-long, 414, URI_TOO_LONG, URI_TOO_LONG, URI_TOO_LONG, URI_TOO_LONG, URI_TOO_LONG",
        "unsupported-media-type, 415, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_MEDIA_TYPE,"
                + " UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_MEDIA_TYPE",
        "unprocessable, 422, UNPROCESSABLE, UNPROCESSABLE, UNPROCESSABLE, UNPROCESSABLE, UNPROCESSABLE",
        "locked, 423, LOCKED, LOCKED, LOCKED, LOCKED, LOCKED",
        "precondition-required, 428, PRECONDITION_REQUIRED, PRECONDITION_REQUIRED, PRECONDITION_REQUIRED,"
                + " PRECONDITION_REQUIRED, PRECONDITION_REQUIRED",
        "rate-limited, 429, RATE_LIMIT_EXCEEDED, RATE_LIMIT_EXCEEDED, RATE_LIMIT_EXCEEDED, RATE_LIMIT_EXCEEDED,"
                + " TOO_MANY_REQUESTS",
        "headers-too-large, 431, HEADERS_TOO_LARGE, HEADERS_TOO_LARGE, HEADERS_TOO_LARGE, HEADERS_TOO_LARGE,"
                + " HEADERS_TOO_LARGE",
        "internal, 500, INTERNAL_ERROR, INTERNAL_ERROR, INTERNAL_ERROR, INTERNAL_ERROR, INTERNAL_ERROR",
        "not-configured, 501, NOT_CONFIGURED, NOT_CONFIGURED, NOT_CONFIGURED, NOT_CONFIGURED, NOT_CONFIGURED",
        "bad-gateway, 502, BAD_GATEWAY, BAD_GATEWAY, BAD_GATEWAY, BAD_GATEWAY, BAD_GATEWAY",
        "unavailable, 503, SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE,"
                + " SERVICE_UNAVAILABLE",
        "gateway-timeout, 504, GATEWAY_TIMEOUT, GATEWAY_TIMEOUT, GATEWAY_TIMEOUT, GATEWAY_TIMEOUT, GATEWAY_TIMEOUT"
    })
    void rendersEveryKindOfErrorInEveryDialect(
            String kind, int status, String of000, String of001, String of002, String of003, String of004) {
        assertAll(
                () -> assertError("platform-api", kind, status, of000),
                () -> assertError("api-reference", kind, status, of001),
                () -> assertError("platform-forge", kind, status, of002),
                () -> assertError("paas", kind, status, of003),
                () -> assertError("infrastructure", kind, status, of004));
    }

    private void assertError(String dialect, String kind, int status, String code) {
        String path = BASE + dialect + "/errors/" + kind;
        Answer answer = http.get(path, "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
        Answer problem = http.get(path, "Accept", "application/problem+json", "X-Request-Id", "mine-1");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("X-Request-Id")).isEqualTo(TRACE);
        assertErrorBody(answer, dialect, kind, code);
        assertProblem(problem, path, kind, status, code);
        Stream.of(answer, problem).forEach(any -> assertHeaders(any, kind, status));
    }

    private static void assertErrorBody(Answer answer, String dialect, String kind, String code) {
        JsonNode body = answer.json();
        if (dialect.equals("paas")) {
            assertPaasError(body, answer.status(), kind);
            return;
        }
        JsonNode error = body.path("error");
        assertThat(names(error)).as(answer.toString()).containsExactly("code", "message", "details");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank();
        if (dialect.equals("platform-forge")) {
            assertThat(names(body)).containsExactly("status", "error", "meta");
            assertThat(body.path("status").asText()).isEqualTo("error");
            assertThat(body.path("meta").path("request_id").asText()).isEqualTo(TRACE);
            Instant.parse(body.path("meta").path("timestamp").asText());
        } else {
            assertThat(names(body)).containsExactly("error");
        }
        assertDetails(error.path("details"), dialect, kind);
    }

    private static void assertDetails(JsonNode details, String dialect, String kind) {
        boolean validation = kind.equals("validation");
        if (dialect.equals("api-reference")) {
            assertThat(details.isArray()).isTrue();
            assertThat(details).allSatisfy(detail -> assertThat(names(detail)).containsExactly("field", "message"));
            assertThat(details.findValuesAsText("field")).hasSize(validation ? 2 : details.size());
        } else {
            assertThat(details.isObject()).isTrue();
            assertThat(details.has("environment")).isEqualTo(validation);
        }
    }

    private static void assertPaasError(JsonNode body, int status, String kind) {
        assertThat(body.path("success").isBoolean()).isTrue();
        assertThat(body.path("success").asBoolean()).isFalse();
        if (status == 400) {
            assertThat(names(body)).containsExactly("success", "errors");
            assertThat(body.path("errors"))
                    .hasSize(kind.equals("validation") ? 2 : 1)
                    .allMatch(JsonNode::isTextual);
        } else {
            assertThat(names(body)).containsExactly("success", "error");
            assertThat(body.path("error").isTextual()).isTrue();
        }
    }

    private static void assertProblem(Answer problem, String path, String kind, int status, String code) {
        JsonNode body = problem.json();
        assertThat(problem.status()).as(problem.toString()).isEqualTo(status);
        assertThat(problem.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(body.path("status").asInt()).isEqualTo(status);
        assertThat(body.path("code").asText()).isEqualTo(code);
        assertThat(body.path("type").asText()).isEqualTo("/docs/errors#" + kind);
        assertThat(body.path("title").asText()).isNotBlank();
        assertThat(body.path("detail").asText()).isNotBlank();
        assertThat(body.path("instance").asText()).isEqualTo(path);
        assertThat(body.path("request_id").asText()).isEqualTo("mine-1").isEqualTo(problem.header("X-Request-Id"));
        assertThat(body.path("errors")).hasSize(kind.equals("validation") ? 2 : 0);
    }

    private static void assertHeaders(Answer answer, String kind, int status) {
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
        boolean waits = kind.equals("rate-limited") || kind.equals("unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo(waits ? "2" : null);
        assertThat(answer.header("WWW-Authenticate") != null).isEqualTo(status == 401);
        assertThat(answer.header("Link")).isEqualTo("</docs/errors#" + kind + ">; rel=\"help\"");
    }

    @Test
    void explainsEveryErrorOnThePageThatTheyPointTo() {
        Answer page = http.get("/docs/errors", "Accept", "text/html");

        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.text()).contains("<h2 id=\"step-up-required\">401", "<h2 id=\"rate-limited\">429");
    }

    @ParameterizedTest
    @CsvSource({"platform-api, 000", "api-reference, 001", "platform-forge, 002", "paas, 003", "infrastructure, 004"})
    void speaksTheRoutesDialectBeforeARouteIsFound(String dialect, String document) {
        String path = BASE + dialect + "/things";

        assertDialect(http.send("PATCH", path, "{}"), 405, document);
        assertDialect(http.get(path + "?limit=%00"), 400, document);
        assertDialect(http.get(path + "?" + "x".repeat(9000)), 414, document);
        assertDialect(http.get(path, "X-Large", "x".repeat(20_000)), 431, document);
    }

    @Test
    void saysNothingOfWhatWentWrongInside() {
        String path = BASE + "executions/" + UUID.randomUUID();

        Answer answer = http.post(path, "{\"value\": 1, \"fail\": true}", account.bearer());

        assertThat(answer.status()).as(answer.toString()).isEqualTo(500);
        assertThat(answer.errorCode()).isEqualTo("INTERNAL_ERROR");
        assertThat(answer.text()).doesNotContain("secret").doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nothing, 000",
        "/nothing, 000",
        "/api/v1/services/x/y/z, 001",
        "/v1/infrastructure/resources/x/y, 001",
        "/api/v1/billing/nothing, 002",
        "/api/v1/marketplace/nothing, 002",
        "/api/deployments/x/y/z, 003",
        "/v1/infrastructure/nothing, 004"
    })
    void speaksADocumentsDialectWhereNoModuleAnswers(String path, String document) {
        Answer answer = http.get(path);

        assertDialect(answer, 404, document);
    }

    private static void assertDialect(Answer answer, int status, String document) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        JsonNode body = answer.json();
        switch (document) {
            case "001" ->
                assertThat(body.path("error").path("details").isArray()).isTrue();
            case "002" -> assertThat(body.path("status").asText()).isEqualTo("error");
            case "003" -> assertThat(body.path("success").isBoolean()).isTrue();
            default -> {
                assertThat(names(body)).containsExactly("error");
                assertThat(body.path("error").path("details").isObject()).isTrue();
                if (status == 404) {
                    assertThat(answer.errorCode())
                            .isEqualTo(document.equals("000") ? "NOT_FOUND" : "RESOURCE_NOT_FOUND");
                }
            }
        }
    }

    @Test
    void wrapsSuccessAsEachDocumentShowsIt() {
        JsonNode bare = get("platform-api/things/thing-7").json();
        JsonNode forge = get("platform-forge/things/thing-7").json();
        JsonNode paas = get("paas/things/thing-7").json();

        assertThat(names(bare)).containsExactly("id", "name", "size");
        assertThat(get("api-reference/things/thing-7").json()).isEqualTo(bare);
        assertThat(get("infrastructure/things/thing-7").json()).isEqualTo(bare);
        assertThat(names(forge)).containsExactly("status", "data", "meta");
        assertThat(forge.path("status").asText()).isEqualTo("success");
        assertThat(forge.path("data")).isEqualTo(bare);
        assertThat(forge.path("meta").path("version").asText()).isEqualTo("1.0");
        Instant.parse(forge.path("meta").path("timestamp").asText());
        assertThat(names(paas)).containsExactly("success", "id", "name", "size");
        assertThat(paas.path("success").asBoolean()).isTrue();
        assertThat(http.delete(BASE + "platform-api/things/thing-7", account.bearer())
                        .status())
                .isEqualTo(204);
        assertThat(http.delete(BASE + "platform-forge/things/thing-7", account.bearer())
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("success");
        assertThat(http.delete(BASE + "paas/things/thing-7", account.bearer()).text())
                .isEqualTo("{\"success\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform-api", "api-reference", "platform-forge", "paas", "infrastructure"})
    void pagesThroughAListByTheLinksItGives(String dialect) {
        List<String> seen = new ArrayList<>();
        String path = BASE + dialect + "/things?limit=20";
        while (path != null) {
            Answer answer = http.get(path, account.bearer());
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            seen.addAll(things(answer).findValuesAsText("id"));
            String link = answer.header("Link");
            assertThat(link == null || link.endsWith(">; rel=\"next\"")).isTrue();
            path = link == null ? null : link.substring(1, link.indexOf('>'));
        }

        assertThat(seen).hasSize(45).doesNotHaveDuplicates();
        assertThat(seen).startsWith("thing-0", "thing-1").endsWith("thing-44");
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform-api", "api-reference", "platform-forge", "paas", "infrastructure"})
    void clampsWhatIsAskedOfAList(String dialect) {
        for (String query : List.of("limit=1000000", "limit=99999999999999999999")) {
            assertThat(things(get(dialect + "/things?" + query))).as(query).hasSize(45);
        }
        assertThat(things(get(dialect + "/things?limit=0"))).hasSize(1);
        assertThat(things(get(dialect + "/things?limit=-5&offset=-5"))).hasSize(1);
        assertThat(things(get(dialect + "/things?offset=99999999999999999999"))).isEmpty();
        assertThat(get(dialect + "/things?limit=x").status()).isEqualTo(400);
        assertThat(things(get(dialect + "/things?page=3&limit=20"))).hasSize(5);
    }

    @Test
    void countsPagesInDocument002() {
        JsonNode pagination =
                get("platform-forge/things?page=2&limit=20").data().path("pagination");

        assertThat(pagination.toString()).isEqualTo("{\"page\":2,\"limit\":20,\"total\":45,\"pages\":3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform-api", "api-reference", "platform-forge", "paas", "infrastructure"})
    void namesEveryWrongFieldOfABodyAtOnce(String dialect) {
        Answer answer = http.post(
                BASE + dialect + "/things", "{\"name\": \"\", \"size\": 99, \"colour\": \"red\"}", account.bearer());

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.text()).contains("name").contains("size").contains("colour");
        assertThat(http.post(BASE + dialect + "/things", "{\"name\": \"a\", \"size\": 9}", account.bearer())
                        .status())
                .isEqualTo(201);
    }

    @Test
    void takesTheCredentialsThatARouteNames() {
        String token = secret("token");
        String key = secret("key");
        String[] jwt = account.bearer();
        String[] byToken = Account.bearer(token);
        String[] byKey = {"X-API-Key", key};

        assertScheme("jwt", jwt, "JWT", byToken, byKey);
        assertScheme("token", byToken, "API_TOKEN", jwt, byKey);
        assertScheme("key", byKey, "API_KEY", jwt, byToken);
        assertScheme("jwt", jwt, "JWT", new String[0], Account.bearer(key));
        assertScheme("key", byKey, "API_KEY", new String[] {"X-API-Key", token}, new String[] {"X-API-Key", ""});
        assertScheme("token", byToken, "API_TOKEN", new String[] {"Authorization", "Basic " + token}, new String[] {
            "Authorization", "Bearer " + token, "X-API-Key", key
        });
        assertThat(get("credentials/operator").status()).isEqualTo(403);
        assertThat(http.get(BASE + "credentials/public").json().path("scheme").asText())
                .isEqualTo("NONE");
    }

    private void assertScheme(String route, String[] right, String scheme, String[]... wrong) {
        Answer answer = http.get(BASE + "credentials/" + route, right);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("scheme").asText()).isEqualTo(scheme);
        assertThat(answer.json().path("tenant_id").asText()).isEqualTo(account.tenantId());
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        for (String[] other : wrong) {
            Answer refused = http.get(BASE + "credentials/" + route, other);
            assertThat(refused.status()).as(String.join(" ", other) + refused).isEqualTo(401);
            assertThat(refused.errorCode()).isEqualTo("AUTHENTICATION_REQUIRED");
        }
    }

    @Test
    void refusesATenantThatIsNotTheCredentials() {
        String[] foreign = {"Authorization", "Bearer " + account.accessToken(), "X-Tenant-ID", "platform"};
        String[] own = {"Authorization", "Bearer " + account.accessToken(), "X-Tenant-ID", account.tenantId()};

        Answer answer = http.get(BASE + "platform-forge/things", foreign);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("TENANT_MISMATCH");
        assertThat(http.get(BASE + "platform-forge/things", own).status()).isEqualTo(200);
    }

    @Test
    void replaysTheFirstAnswerByteByByte() {
        String path = execution();
        Answer first = execute(path, "k", "{\"value\": 1}");
        Answer again = execute(path, "k", "{\"value\": 1}");

        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertReplayed(again, first);
        assertThat(again.header("Location")).isEqualTo(first.header("Location")).isNotNull();
        assertThat(execute(path, "k", "{\"value\": 2}").status()).isEqualTo(422);
        assertThat(executions(path)).isEqualTo(1);
    }

    @Test
    void replaysErrorsOnceExecutionBegan() {
        String path = execution();
        Answer failed = execute(path, "fails", "{\"fail\": true}");
        Answer refused = execute(path, "refused", "{\"refuse\": true}");

        assertThat(failed.status()).isEqualTo(500);
        assertReplayed(execute(path, "fails", "{\"fail\": true}"), failed);
        assertThat(refused.status()).isEqualTo(409);
        assertReplayed(execute(path, "refused", "{\"refuse\": true}"), refused);
        assertThat(executions(path)).isEqualTo(2);
    }

    @Test
    void keepsNothingOfARequestThatIsInvalid() {
        String path = execution();

        assertThat(execute(path, "k", "{\"value\": 1000}").status()).isEqualTo(400);
        assertThat(execute(path, "k", "{\"value\": ").status()).isEqualTo(400);
        assertThat(http.send("POST", path, "value=1", idempotent(keyOf(path, "k"), "Content-Type", "text/plain"))
                        .status())
                .isEqualTo(415);
        Answer executed = execute(path, "k", "{\"value\": 3}");

        assertThat(executed.status()).as(executed.toString()).isEqualTo(201);
        assertThat(executed.header("Idempotent-Replayed")).isNull();
    }

    @Test
    void executesOnceForAKeyThatComesFromTwoSidesAtOnce() {
        String path = execution();
        http.post(path + "/hold", "{}", account.bearer());
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> execute(path, "k", "{\"value\": 1}"));
        try {
            org.awaitility.Awaitility.await().until(() -> executions(path) == 1);

            Answer second = execute(path, "k", "{\"value\": 1}");

            assertThat(second.status()).as(second.toString()).isEqualTo(409);
            assertThat(Integer.parseInt(second.header("Retry-After"))).isPositive();
        } finally {
            http.post(path + "/release", "{}", account.bearer());
        }
        assertThat(first.join().status()).isEqualTo(201);
        assertReplayed(execute(path, "k", "{\"value\": 1}"), first.join());
        assertThat(executions(path)).isEqualTo(1);
    }

    @Test
    void scopesAKeyToItsCallerAndRoute() {
        String path = execution();
        Account other = Account.register(platform);
        Answer first = execute(path, "shared", "{\"value\": 1}");

        Answer theirs = http.post(
                path,
                "{\"value\": 1}",
                "Authorization",
                "Bearer " + other.accessToken(),
                "Idempotency-Key",
                keyOf(path, "shared"));
        Answer elsewhere = http.post(
                BASE + "platform-api/things", "{\"name\": \"a\", \"size\": 1}", idempotent(keyOf(path, "shared")));

        assertThat(first.status()).isEqualTo(201);
        assertThat(theirs.header("Idempotent-Replayed")).isNull();
        assertThat(elsewhere.status()).as(elsewhere.toString()).isEqualTo(201);
        assertThat(executions(path)).isEqualTo(2);
    }

    @Test
    void refusesKeysThatAreTooLongOrEmptyOrTwo() {
        String path = execution();

        assertThat(execute(path, "k".repeat(255 - 36), "{\"value\": 1}").status())
                .isEqualTo(201);
        assertThat(execute(path, "k".repeat(256 - 36), "{\"value\": 1}").status())
                .isEqualTo(400);
        assertThat(execute(path, "", "{\"value\": 1}").status()).isEqualTo(400);
        assertThat(http.post(path, "{\"value\": 1}", idempotent("a", "Idempotency-Key", "b"))
                        .status())
                .isEqualTo(400);
    }

    private String execution() {
        return BASE + "executions/" + UUID.randomUUID();
    }

    private int executions(String path) {
        return http.get(path, account.bearer()).json().path("number").asInt();
    }

    /** The key is one of this path's: an operation knows its callers' keys, whatever the path. */
    private Answer execute(String path, String key, String json) {
        return http.post(path, json, idempotent(keyOf(path, key)));
    }

    private static String keyOf(String path, String key) {
        return key.isEmpty() ? "" : path.substring(path.lastIndexOf('/') + 1) + key;
    }

    private String[] idempotent(String key, String... more) {
        List<String> headers =
                new ArrayList<>(List.of("Authorization", "Bearer " + account.accessToken(), "Idempotency-Key", key));
        headers.addAll(List.of(more));
        return headers.toArray(String[]::new);
    }

    private static void assertReplayed(Answer again, Answer first) {
        assertThat(again.status()).as(again.toString()).isEqualTo(first.status());
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(first.header("Idempotent-Replayed")).isNull();
    }

    private Answer get(String path) {
        return http.get(BASE + path, account.bearer());
    }

    private String secret(String type) {
        return account.createKey(platform, "{\"name\": \"contract\", \"type\": \"" + type + "\"}")
                .path("secret")
                .asText();
    }

    private static JsonNode things(Answer answer) {
        JsonNode body = answer.json();
        return (body.has("data") ? body.path("data") : body).path("things");
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
