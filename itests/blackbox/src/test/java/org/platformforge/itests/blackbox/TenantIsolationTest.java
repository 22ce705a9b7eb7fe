package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Made from the routes that are installed, so that a new route is tested the moment it is there. */
@Order(5)
@ExtendWith(PlatformExtension.class)
class TenantIsolationTest {
    private static final List<String> GARBAGE_BODIES = List.of(
            "",
            "{",
            "[]",
            "null",
            "\"text\"",
            "{}",
            "{\"\":0}",
            "{\"name\":{\"a\":[1e999]},\"parameters\":[],\"template\":7,\"email\":null}",
            "\u0000",
            "[".repeat(100_000));
    private static final List<String> GARBAGE_IDS = List.of(
            "%27%20OR%20%271%27=%271", "%F0%9F%92%A9", "-1", "a%0Ab", "%25", "null", "%00", "%C3%28", "x".repeat(3000));

    private static final List<String> GARBAGE_QUERIES = List.of(
            "?limit=x&offset=x&page=x",
            "?limit=-1&offset=-1&page=-1",
            "?limit=99999999999999999999&offset=99999999999999999999",
            "?limit=2147483647&offset=2147483647&page=2147483647",
            "?cursor=garbage",
            "?cursor=%00&status=%27&environment=%F0%9F%92%A9&service=%25&timeframe=9d&sort=;drop",
            "?limit&&=&=x&limit=1&limit=2");

    private final Platform platform;
    private Apps apps;

    TenantIsolationTest(Platform platform) {
        this.platform = platform;
    }

    @AfterEach
    void deleteApps() {
        if (apps != null) {
            apps.deleteAll();
        }
    }

    @TestFactory
    Stream<DynamicTest> takesWhatBelongsToOthersForWhatDoesNotExist() {
        Account ours = Account.register(platform);
        Account theirs = Account.register(platform);
        String[] credential = apiToken(ours);
        createThings(theirs);
        List<Operation> operations = Operation.installed(platform);
        Set<String> ids = ids(operations, theirs.bearer());
        ids.removeAll(ids(operations, credential));
        assertThat(ids).as("ids of the other tenant").hasSizeGreaterThanOrEqualTo(5);
        return operations.stream()
                .filter(Operation::hasParameters)
                .map(operation -> dynamicTest(
                        operation.toString(), () -> ids.forEach(id -> assertHidden(operation, id, credential))));
    }

    private void assertHidden(Operation operation, String id, String[] credential) {
        String unknown = unknownLike(id);
        Answer theirs = operation.call(platform, id, "{}", credential);
        Answer nothing = operation.call(platform, unknown, "{}", credential);

        assertThat(theirs.status()).as(theirs.toString()).isEqualTo(nothing.status());
        assertThat(comparable(theirs, id)).isEqualTo(comparable(nothing, unknown));
        if (operation.platformWide()) {
            assertThat(theirs.status()).as(theirs.toString()).isEqualTo(403);
        } else if (operation.isPublic()) {
            // what proves by itself whose it is: a webhook's signature
            assertThat(theirs.status()).as(theirs.toString()).isIn(401, 404);
        } else if (!operation.hasBody()) {
            assertThat(theirs.status()).as(theirs.toString()).isEqualTo(404);
        } else {
            assertThat(theirs.status()).as(theirs.toString()).isIn(400, 404, 422);
        }
    }

    @TestFactory
    Stream<DynamicTest> keepsWhatTheOtherTenantTriedToDelete() {
        Account ours = Account.register(platform);
        Account theirs = Account.register(platform);
        JsonNode key = theirs.createKey(platform, "{\"name\": \"theirs\"}");
        String id = key.path("api_key").path("id").asText();
        return Operation.installed(platform).stream()
                .filter(operation ->
                        operation.hasParameters() && operation.method().equals("DELETE"))
                .map(operation -> dynamicTest(operation.toString(), () -> {
                    operation.call(platform, id, "{}", ours.bearer());
                    assertThat(platform.http()
                                    .get(
                                            "/api/v1/auth/me",
                                            Account.bearer(key.path("secret").asText()))
                                    .status())
                            .isEqualTo(200);
                }));
    }

    @TestFactory
    Stream<DynamicTest> wantsACredentialForAllThatIsNotPublic() {
        return Operation.installed(platform).stream()
                .map(operation -> dynamicTest(operation.toString(), () -> assertProtected(operation)));
    }

    private void assertProtected(Operation operation) {
        Answer anonymous = operation.call(platform, "id", "{}");
        Answer forged = operation.call(platform, "id", "{}", Account.bearer("forged"));

        if (operation.isPublic()) {
            assertThat(anonymous.status()).as(anonymous.toString()).isLessThan(500);
        } else {
            assertThat(anonymous.status()).as(anonymous.toString()).isEqualTo(401);
            assertThat(forged.status()).as(forged.toString()).isEqualTo(401);
            assertThat(anonymous.header("WWW-Authenticate"))
                    .as(anonymous.toString())
                    .isNotNull();
        }
    }

    @TestFactory
    Stream<DynamicTest> answersGarbageWithoutFailing() {
        String[] credential = apiToken(Account.register(platform));
        return Operation.installed(platform).stream()
                .filter(operation -> operation.hasBody() || operation.hasParameters())
                .map(operation -> dynamicTest(operation.toString(), () -> throwGarbageAt(operation, credential)));
    }

    @TestFactory
    Stream<DynamicTest> answersGarbageInTheQueryWithoutFailing() {
        String[] credential = apiToken(Account.register(platform));
        return Operation.installed(platform).stream()
                .filter(operation -> operation.method().equals("GET") && !operation.hasParameters())
                .map(operation -> dynamicTest(
                        operation.toString(),
                        () -> GARBAGE_QUERIES.forEach(query -> {
                            Answer answer = platform.http().get(operation.path() + query, credential);
                            assertThat(answer.status()).as(answer.toString()).isLessThan(500);
                        })));
    }

    private void throwGarbageAt(Operation operation, String[] credential) {
        if (operation.hasBody()) {
            for (String body : GARBAGE_BODIES) {
                assertRefused(operation.call(platform, "id", body, credential));
            }
        }
        if (operation.hasParameters()) {
            for (String id : GARBAGE_IDS) {
                assertRefused(operation.call(platform, id, "{}", credential));
            }
        }
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isBetween(400, 499);
        assertThat(answer.text())
                .doesNotContain("Exception")
                .doesNotContain("java.")
                .doesNotContain("org.");
    }

    private String[] apiToken(Account account) {
        return Account.bearer(account.createKey(platform, "{\"name\": \"admin\"}")
                .path("secret")
                .asText());
    }

    private void createThings(Account account) {
        account.createKey(platform, "{\"name\": \"theirs\"}");
        account.createKey(platform, "{\"name\": \"theirs too\", \"type\": \"key\"}");
        apps = new Apps(platform, account);
        apps.create();
    }

    /** All ids in what the tenant's lists show. */
    private Set<String> ids(List<Operation> operations, String[] credential) {
        Set<String> ids = new TreeSet<>();
        operations.stream()
                .filter(operation -> operation.method().equals("GET"))
                .filter(operation -> !operation.isPublic() && !operation.hasParameters() && !operation.streams())
                .forEach(operation -> {
                    Answer answer = operation.call(platform, "", null, credential);
                    if (answer.status() == 200) {
                        collect(answer.json(), ids);
                    }
                });
        ids.remove("system"); // the platform itself, which acts in every tenant
        return ids;
    }

    private static void collect(JsonNode node, Set<String> ids) {
        node.properties().forEach(field -> {
            String name = field.getKey();
            boolean isId = name.equals("id") || name.endsWith("_id") && !name.equals("request_id");
            if (isId && field.getValue().isTextual()) {
                ids.add(field.getValue().asText());
            }
        });
        node.forEach(child -> collect(child, ids));
    }

    /** Of the same form, so that only existence can make the difference. */
    private static String unknownLike(String id) {
        char last = id.charAt(id.length() - 1);
        return id.substring(0, id.length() - 1) + (last == '7' ? '8' : '7');
    }

    private static String comparable(Answer answer, String id) {
        return answer.text().replace(id, "<id>").replaceAll("\"(request_id|timestamp)\":\"[^\"]*\"", "\"$1\":\"\"");
    }
}
