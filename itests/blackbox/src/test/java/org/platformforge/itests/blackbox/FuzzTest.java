package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Throws requests made from the API document, right and wrong ones, at every installed route: no answer is a 5xx, and
 * each has a status, a type and a body that the document names. {@code -Dforge.fuzz.rounds=5000} for a long run, {@code
 * -Dforge.fuzz.seed=…} to repeat one.
 */
@Order(7)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("forge.fuzz.rounds", 40);
    private static final long SEED = Long.getLong("forge.fuzz.seed", 1);
    /** Fail, or wait, because they are told to. */
    private static final Set<String> LEFT_OUT = Set.of("contractExecute", "contractHold");

    private static final List<String> CONTENT_TYPES = List.of(
            "text/plain",
            "application/xml",
            "application/json;charset=iso-8859-1",
            "application/json; charset=\"",
            "json",
            "*/*");
    private static final List<String[]> EXTRAS = List.of(
            new String[] {"Accept", "text/html"},
            new String[] {"Accept", "application/problem+json"},
            new String[] {"Accept", ";;;,q=x"},
            new String[] {"X-API-Version", "2"},
            new String[] {"X-Tenant-ID", "platform"},
            new String[] {"Content-Encoding", "gzip"},
            new String[] {"Idempotency-Key", "x".repeat(256)},
            new String[] {"Idempotency-Key", "fuzz"},
            new String[] {"If-None-Match", "*"},
            new String[] {"Authorization", "Basic eDp5"},
            new String[] {"traceparent", "00-zz"},
            new String[] {"Prefer", "respond-async, wait=x"},
            new String[] {"Last-Event-ID", "\"x"});

    private final Platform platform;
    private ContractModule module;
    private ApiDocument document;
    private String[] credential;
    private Set<String> ids;

    FuzzTest(Platform platform) {
        this.platform = platform;
    }

    @BeforeAll
    void install() {
        module = new ContractModule(platform);
        document = new ApiDocument(platform);
        Account account = Account.register(platform);
        // not the account's own session, which the routes under test end
        credential = Account.bearer(account.createKey(platform, "{\"name\": \"fuzz\"}")
                .path("secret")
                .asText());
        ids = new TreeSet<>(
                List.of("thing-1", "web-app", "static-site", "not-found", "x", "%F0%9F%92%A9", "%27", "-1"));
        System.out.println("FuzzTest: -Dforge.fuzz.seed=" + SEED + " -Dforge.fuzz.rounds=" + ROUNDS);
    }

    @AfterAll
    void uninstall() {
        module.close();
    }

    @TestFactory
    Stream<DynamicTest> answersWhatItsDocumentSays() {
        return document.routes().stream()
                .filter(route -> !LEFT_OUT.contains(route.operationId()))
                .map(route -> dynamicTest(route.toString(), () -> fuzz(route)));
    }

    private void fuzz(ApiDocument.Route route) {
        Random random = new Random(SEED ^ route.toString().hashCode());
        Mutations mutations = new Mutations(document, random);
        boolean takesInput =
                route.description().has("parameters") || route.description().has("requestBody");
        Set<String> problems = new TreeSet<>();
        for (int round = 0; round < (takesInput ? ROUNDS : ROUNDS / 4); round++) {
            Request request = request(route, mutations, random);
            Answer answer = platform.http().sendBytes(request.method, request.target, request.body, request.headers());
            String problem = answer.status() >= 500
                    ? "failed"
                    : document.problem(route, answer).orElse(null);
            if (problem != null) {
                problems.add(problem + ": " + request + answer);
            }
        }
        assertThat(problems).as("seed " + SEED).isEmpty();
    }

    private record Request(String method, String target, byte[] body, List<String> all) {
        String[] headers() {
            return all.toArray(String[]::new);
        }

        @Override
        public String toString() {
            String shown = body == null ? "" : new String(body, StandardCharsets.UTF_8);
            return String.join(" ", all.subList(2, all.size()))
                    + ' '
                    + shown.substring(0, Math.min(300, shown.length()))
                    + '\n';
        }
    }

    private Request request(ApiDocument.Route route, Mutations mutations, Random random) {
        List<String> headers = new ArrayList<>(List.of(credential));
        String target = target(route, mutations, random);
        byte[] body = null;
        if (route.description().has("requestBody")) {
            JsonNode schema = route.description()
                    .path("requestBody")
                    .path("content")
                    .path("application/json")
                    .path("schema");
            JsonNode right = mutations.body(schema);
            body = random.nextInt(4) == 0 ? right.toString().getBytes(StandardCharsets.UTF_8) : mutations.broken(right);
            boolean wrongType = random.nextInt(12) == 0;
            headers.addAll(List.of(
                    "Content-Type",
                    wrongType ? CONTENT_TYPES.get(random.nextInt(CONTENT_TYPES.size())) : "application/json"));
        }
        if (random.nextInt(5) == 0) {
            String[] extra = EXTRAS.get(random.nextInt(EXTRAS.size()));
            if (extra[0].equals("Authorization")) {
                headers.set(1, extra[1]);
            } else {
                headers.addAll(List.of(extra));
            }
        }
        return new Request(route.method(), target, body, headers);
    }

    private String target(ApiDocument.Route route, Mutations mutations, Random random) {
        List<String> choices = List.copyOf(ids);
        String path = route.path();
        while (path.contains("{")) {
            path = path.replaceFirst("\\{[^}]+}", choices.get(random.nextInt(choices.size())));
        }
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : route.description().path("parameters")) {
            if (parameter.path("in").asText().equals("query") && random.nextBoolean()) {
                query.add(parameter.path("name").asText() + '=' + mutations.queryValue());
            }
        }
        return query.isEmpty() ? path : path + '?' + String.join("&", query);
    }
}
