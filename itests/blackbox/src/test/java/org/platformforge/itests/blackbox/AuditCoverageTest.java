package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.extension.verifier.Signatures;

/**
 * That every route of the API document which changes something leaves a record of it, and of every refusal. A new route has
 * to be tried here, or to be named with the reason why not.
 */
@Order(5)
@Tag(Tags.ANY_DATABASE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class AuditCoverageTest {
    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Duration WITHIN = Duration.ofSeconds(30);
    /** As many refusals as are recorded of one caller in a second. */
    private static final int BUDGET = 20;
    /** Four times the budget in a second is less than is recorded of all callers. */
    private static final Duration PACE = Duration.ofMillis(250);

    /** What leaves no record, and why. */
    private static final Map<String, String> UNRECORDED = Map.of(
            "refreshToken", "every session does it every few minutes; that a token was used twice is recorded",
            "introspectToken", "changes nothing",
            "verifyLicense", "changes nothing",
            "receivePipelinePush", "recorded as the run that it starts: PipelineTest");

    /**
     * What takes an engine, a repository or an artifact, and is therefore done by other tests; {@link AuditAfterwardsTest} looks
     * for their records, and {@link LicenseTest} for that of a module and a licence, on a platform of its own. Refusals are tried
     * here.
     */
    static final Set<String> ELSEWHERE = Set.of(
            "deployApplication",
            "deleteDeployment",
            "configureDeployment",
            "redeploy",
            "restartDeployment",
            "rollbackDeployment",
            "startDeployment",
            "stopDeployment",
            "createBackup",
            "deleteBackup",
            "verifyBackup",
            "restoreBackup",
            "deployConfiguredApplication",
            "removeConfiguredApplication",
            "provisionInfrastructureResource",
            "deleteInfrastructureResource",
            "provision",
            "cancelProvision",
            "retryProvision",
            "deleteResource",
            "runSweep",
            "cancelOperation",
            "retryOperation",
            "removeModule",
            "changeFeatureSet",
            "putLicense",
            "createPipeline",
            "updatePipeline",
            "deletePipeline",
            "renewPipelineWebhookSecret",
            "runPipeline",
            "cancelPipelineRun",
            "approvePipelineRun",
            "rejectPipelineRun",
            "rerunPipelineRun",
            "deployService",
            "undeployService",
            "rollbackService",
            "publishExtension",
            "publishDraft",
            "yankVersion",
            "adviseExtension",
            "withdrawAdvisory",
            "blockExtension",
            "unblockExtension",
            "rateExtension",
            "withdrawRating",
            "installExtension",
            "uninstallExtension",
            "upgradeInstallation",
            "rollbackInstallation",
            "enableInstallation",
            "disableInstallation",
            "pinInstallation",
            "unpinInstallation",
            "configureInstallation",
            "eraseInstallationData",
            "startCanary",
            "promoteCanary",
            "withdrawCanary");

    private final Platform platform;
    private final Http http;
    private final Map<String, ApiDocument.Route> routes = new LinkedHashMap<>();
    private final Map<String, String> tried = new HashMap<>();
    private final List<Account> others = new ArrayList<>();
    private Account admin;
    private Account operator;

    AuditCoverageTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeAll
    void read() {
        new ApiDocument(platform)
                .routes().stream()
                        .filter(route -> CHANGING.contains(route.method()))
                        .filter(route -> !route.description().has("x-extension"))
                        .forEach(route -> routes.put(route.operationId(), route));
        assertThat(routes).hasSizeGreaterThan(80);
        // the refusals of the tests before count to the second in which they were
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        admin = Account.register(platform);
        operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    @Test
    void recordsEveryRouteThatTheCallerMayNotUse() {
        List<ApiDocument.Route> guarded = routes.values().stream()
                .filter(route -> !permission(route).startsWith("*"))
                .toList();
        inChunks(guarded, "{\"name\": \"viewer\", \"roles\": [\"viewer\"]}", status -> {
            assertThat(status).isEqualTo(403);
            return true;
        });
    }

    /** Nothing has this id, so each of them is refused for one reason or another. */
    @Test
    void recordsEveryAttemptOnWhatIsNotThere() {
        List<ApiDocument.Route> named = routes.values().stream()
                .filter(route ->
                        route.path().contains("{") && !permission(route).equals("*public*"))
                .toList();
        int recorded = inChunks(named, "{\"name\": \"all\"}", status -> {
            assertThat(status).isBetween(400, 499).isNotEqualTo(429);
            return status != 400;
        });
        assertThat(recorded).isGreaterThan(30);
    }

    /** @return how many have to be in the log, and are */
    private int inChunks(List<ApiDocument.Route> all, String key, Predicate<Integer> recorded) {
        int count = 0;
        for (int from = 0; from < all.size(); from += BUDGET) {
            String[] caller =
                    Account.bearer(admin.createKey(platform, key).path("secret").asText());
            Map<String, String> requests = new LinkedHashMap<>();
            for (ApiDocument.Route route : all.subList(from, Math.min(all.size(), from + BUDGET))) {
                boolean hasBody = route.description().has("requestBody");
                Answer answer =
                        send(route.method(), route.path().replaceAll("\\{[^}]+}", "id"), hasBody ? "{}" : null, caller);
                if (recorded.test(answer.status())) {
                    requests.put(answer.header("X-Request-Id"), answer.toString());
                }
            }
            await().pollDelay(PACE).atMost(WITHIN).untilAsserted(() -> assertRecorded(requests));
            assertOnce(requests.keySet());
            count += requests.size();
        }
        return count;
    }

    private static String permission(ApiDocument.Route route) {
        return route.description().path("x-permission").asText();
    }

    private void assertRecorded(Map<String, String> requests) {
        StringBuilder log = new StringBuilder(export(admin) + export(operator));
        others.forEach(other -> log.append(export(other)));
        Map<String, String> missing = new LinkedHashMap<>(requests);
        missing.keySet().removeIf(id -> log.indexOf("\"request_id\":\"" + id + '"') >= 0);
        assertThat(missing).isEmpty();
    }

    /** Whoever refuses knows best what to say of it, and nobody says it once more. */
    private void assertOnce(Set<String> requests) {
        String log = export(admin) + export(operator);
        assertThat(requests)
                .allSatisfy(id -> assertThat(log.split("\"request_id\":\"" + id + '"', -1))
                        .as("records of " + id)
                        .hasSize(2));
    }

    private String export(Account account) {
        return http.get("/api/v1/admin/audit-logs/export", account.bearer()).text();
    }

    @Test
    void recordsOnceWhatTheSignInRefuses() {
        Account user = Account.register(platform);
        Map<String, String> refused = new LinkedHashMap<>();
        String password = "{\"password\": \"a wrong password\"}";
        String login = "{\"email\": \"%s\", \"password\": \"a wrong password\"}".formatted(user.email());
        for (Answer answer : List.of(
                send("POST", "/api/v1/auth/login", login, new String[0]),
                send("POST", "/api/v1/auth/reauthenticate", password, user.bearer()),
                replay(user.refreshToken()))) {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(401);
            refused.put(answer.header("X-Request-Id"), answer.toString());
        }
        // the replay ended the session
        Account again = Account.login(platform, user.email(), Account.PASSWORD);
        String log = export(admin) + export(operator) + export(again);
        assertThat(refused.keySet())
                .allSatisfy(id -> assertThat(log.split("\"request_id\":\"" + id + '"', -1))
                        .as(refused.get(id))
                        .hasSize(2));
    }

    /** Of a refresh token that was used, as its successor was. */
    private Answer replay(String token) {
        String next = token;
        for (int i = 0; i < 2; i++) {
            next = refresh(next).data().path("refresh_token").asText();
        }
        return refresh(token);
    }

    private Answer refresh(String token) {
        return send("POST", "/api/v1/auth/refresh", "{\"refresh_token\": \"%s\"}".formatted(token), new String[0]);
    }

    @Test
    void recordsEveryChange() {
        session();
        account();
        mailed();
        factors();
        loggers();
        users();
        catalogue();
        publisher();

        Set<String> untried = new TreeSet<>(routes.keySet());
        untried.removeAll(
                tried.values().stream().map(what -> what.split(" ", 2)[0]).collect(Collectors.toSet()));
        untried.removeAll(UNRECORDED.keySet());
        untried.removeAll(ELSEWHERE);
        assertThat(untried).as("routes that nobody tried").isEmpty();
        assertRecorded(tried);
    }

    private void session() {
        String email = admin.email();
        String login = "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, Account.PASSWORD);
        JsonNode in = done("login", login);
        done("logout", null, Account.bearer(in.findValue("access_token").asText()));
        JsonNode other = done("login", login);
        String refresh = URLEncoder.encode(other.findValue("refresh_token").asText(), StandardCharsets.UTF_8);
        Answer revoked = http.send(
                "POST", "/api/v1/auth/revoke", "token=" + refresh, "Content-Type", "application/x-www-form-urlencoded");
        note("revokeToken", revoked);
        done("login", login);
        String session = "";
        for (JsonNode each :
                http.get("/api/v1/auth/sessions", admin.bearer()).data().path("sessions")) {
            session =
                    each.path("current").asBoolean() ? session : each.path("id").asText();
        }
        done("revokeSession", null, admin.bearer(), session);
        done("login", login);
        done("revokeOtherSessions", null, admin.bearer());
        done("reauthenticate", "{\"password\": \"%s\"}".formatted(Account.PASSWORD), admin.bearer());
    }

    private void account() {
        String key = done("createApiKey", "{\"name\": \"k\"}", admin.bearer())
                .findValue("id")
                .asText();
        key = done("rotateApiKey", "{}", admin.bearer(), key).findValue("id").asText();
        done("revokeApiKey", null, admin.bearer(), key);
        String email = "new-" + UUID.randomUUID() + "@example.com";
        String invitation = done("createInvitation", "{\"email\": \"%s\"}".formatted(email), admin.bearer())
                .findValue("id")
                .asText();
        done("revokeInvitation", null, admin.bearer(), invitation);
        done("setJoinPolicy", "{\"policy\": \"open\", \"roles\": [\"viewer\"]}", admin.bearer());
        String register = "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"J\", \"tenant_id\": \"%s\"}";
        String[] joined =
                Account.bearer(done("registerUser", register.formatted(email, Account.PASSWORD, admin.tenantId()))
                        .findValue("access_token")
                        .asText());
        done("changeEmail", "{\"email\": \"x%s\"}".formatted(email), joined);
        done("enableMfa", "{\"method\": \"totp\"}", joined);
        done("forgotPassword", "{\"email\": \"%s\"}".formatted(email));
        done(
                "changePassword",
                "{\"current_password\": \"%s\", \"password\": \"another %<s\"}".formatted(Account.PASSWORD),
                joined);
    }

    private void mailed() {
        Account user = Account.register(platform);
        done("verifyEmail", token(user, "Confirm your e-mail address", "}"));
        done("forgotPassword", "{\"email\": \"%s\"}".formatted(user.email()));
        String password = ", \"password\": \"%s\"}".formatted(Account.PASSWORD);
        done("resetPassword", token(user, "Set a new password", password));
        Account again = Account.login(platform, user.email(), Account.PASSWORD);
        others.add(again);
        done("changeEmail", "{\"email\": \"y%s\"}".formatted(user.email()), again.bearer());
        done("confirmEmailChange", token(user, "Confirm the change of your e-mail address", "}"));
        String moved = MailTest.token(platform, 'y' + user.email(), "Confirm your new e-mail address");
        done("confirmEmailChange", "{\"token\": \"%s\"}".formatted(moved));
    }

    private String token(Account user, String subject, String rest) {
        return "{\"token\": \"" + MailTest.token(platform, user.email(), subject) + '"' + rest;
    }

    private void factors() {
        Account user = Account.register(platform);
        others.add(user);
        JsonNode enrolment =
                done("enableMfa", Authenticator.TOTP, user.bearer()).path("data");
        try {
            String code = new Authenticator(enrolment).next();
            done("verifyMfa", Authenticator.verification(code), user.bearer());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        done("renewBackupCodes", null, user.bearer());
        done("disableMfa", Authenticator.TOTP, user.bearer());
    }

    private void loggers() {
        String logger = "org.platformforge.itests.audited";
        done("setLoggerLevel", "{\"level\": \"debug\"}", operator.bearer(), logger);
        done("resetLoggerLevel", null, operator.bearer(), logger);
    }

    private void users() {
        String create = "{\"email\": \"b%s\", \"name\": \"B\", \"password\": \"%s\"}"
                .formatted(admin.email(), Account.PASSWORD);
        String id = done("createUser", create, admin.bearer()).findValue("id").asText();
        String[] bob =
                Account.login(platform, 'b' + admin.email(), Account.PASSWORD).bearer();
        done("requestEmailVerification", null, bob);
        done("updateUser", "{\"name\": \"Bob\"}", admin.bearer(), id);
        done("suspendUser", "{}", admin.bearer(), id);
        done("activateUser", null, admin.bearer(), id);
        done("changeUsers", "{\"action\": \"suspend\", \"user_ids\": [\"%s\"]}".formatted(id), admin.bearer());
        done("deleteUser", null, admin.bearer(), id);
        done("updateConfig", "{\"settings\": {\"session_timeout\": 600}}", admin.bearer());
        String[] bearer = admin.bearer();
        String[] whatever = {bearer[0], bearer[1], "If-Match", "*"};
        done("rollbackConfig", null, whatever, "0");
    }

    private void catalogue() {
        done("createEnvironment", "{\"name\": \"dev\", \"type\": \"development\"}", admin.bearer());
        done("updateEnvironment", "{\"type\": \"staging\"}", admin.bearer(), "dev");
        done("createService", "{\"id\": \"s1\", \"name\": \"S\", \"owner\": \"o\"}", admin.bearer());
        done("updateService", "{\"name\": \"T\"}", admin.bearer(), "s1");
        done(
                "importServices",
                "{\"source\": \"backstage\", \"services\": [{\"id\": \"s2\", \"name\": \"U\", \"owner\": \"o\"}]}",
                admin.bearer());
        done("deleteService", null, admin.bearer(), "s1");
        done("deleteEnvironment", null, admin.bearer(), "dev");
    }

    private void publisher() {
        String namespace = "audited-" + UUID.randomUUID().toString().substring(0, 8);
        done("createPublisher", "{\"namespace\": \"%s\", \"name\": \"N\"}".formatted(namespace), admin.bearer());
        String pem = Signatures.pem(Signatures.generate().getPublic()).replace("\n", "\\n");
        String key = done(
                        "addPublisherKey",
                        "{\"name\": \"builds\", \"public_key\": \"%s\"}".formatted(pem),
                        admin.bearer(),
                        namespace)
                .findValue("id")
                .asText();
        done("trustPublisher", null, operator.bearer(), namespace);
        done("distrustPublisher", null, operator.bearer(), namespace);
        done("revokePublisherKey", null, admin.bearer(), namespace, key);
    }

    private JsonNode done(String operationId, String body) {
        return done(operationId, body, new String[0]);
    }

    private JsonNode done(String operationId, String body, String[] caller, String... values) {
        ApiDocument.Route route = routes.get(operationId);
        assertThat(route).as(operationId).isNotNull();
        String path = route.path();
        for (String value : values) {
            path = path.replaceFirst("\\{[^}]+}", value);
        }
        Answer answer = send(route.method(), path, body, caller);
        note(operationId, answer);
        return answer.body().length == 0 ? null : answer.json();
    }

    private void note(String operationId, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isBetween(200, 299);
        tried.put(answer.header("X-Request-Id"), operationId + ' ' + answer);
    }

    private Answer send(String method, String path, String body, String[] caller) {
        List<String> headers = new ArrayList<>(List.of(caller));
        if (body != null) {
            headers.addAll(List.of("Content-Type", "application/json"));
        }
        return http.send(method, path, body, headers.toArray(String[]::new));
    }
}
