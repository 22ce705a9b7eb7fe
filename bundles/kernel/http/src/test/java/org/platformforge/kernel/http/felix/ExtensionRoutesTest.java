package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.http.fixture.GreedyExtension;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;
import org.platformforge.kernel.http.fixture.NewNote;
import org.platformforge.kernel.http.fixture.Note;
import org.platformforge.kernel.http.fixture.NotesExtension;
import org.platformforge.kernel.http.fixture.RichNote;
import org.platformforge.kernel.http.fixture.RichNotesExtension;
import org.platformforge.kernel.http.fixture.SlowToStart;

class ExtensionRoutesTest {
    private static final String NOTES = "acme.notes";
    private static final String NOTE = "/api/v1/ext/acme.notes/notes/1";
    private static final String[] ACME = {"Authorization", "Bearer acme:*"};
    private static final String[] OTHER = {"Authorization", "Bearer other:*"};
    private static final String[] NOBODY = {"Authorization", ""};

    @TempDir
    private Path data;

    private final AtomicReference<Runnable> gate = new AtomicReference<>(() -> {});
    private final TestRouting routing = new TestRouting();
    private ServiceRegistration<ExtensionRouting> registration;
    private TestPlatform platform;
    private Generations generations;

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform()
                .configured(Map.of("data", data.toString(), "required.checks", ""))
                .start()
                .withServices()
                .complete();
        platform.register(Runnable.class, () -> gate.get().run());
        registration = platform.register(ExtensionRouting.class, routing);
        generations = platform.service(Generations.class);
    }

    @AfterEach
    void stop() throws Exception {
        routing.close();
        platform.close();
    }

    @Test
    void servesTwoVersionsSideBySide() throws Exception {
        Bundle first = installed(first(NOTES, "1.0.0"));
        Bundle second = installed(second(NOTES, "2.0.0"));
        routing.assign("acme", NOTES, first);
        routing.assign("other", NOTES, second);

        assertThat(platform.get(NOTE, ACME).body())
                .contains("\"text\":\"first\"", "\"tenant_id\":\"acme\"", "\"status\":\"success\"");
        assertThat(platform.get(NOTE, OTHER).body()).contains("second").doesNotContain("first");
        assertThat(platform.get("/v1/ext/acme.notes/notes/1", OTHER).body()).contains("second");
        assertThat(platform.send("DELETE", NOTE, null, OTHER).statusCode()).isEqualTo(204);
        assertThat(platform.send("DELETE", NOTE, null, ACME).statusCode()).isEqualTo(405);
        assertThat(generations.routes(first.getBundleId())).isGreaterThan(5);
        assertThat(generations.routes(second.getBundleId())).isEqualTo(2);
    }

    @Test
    void answersForWhatATenantHasNotInstalledAsForWhatDoesNotExist() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        HttpResponse<String> notThere = platform.get("/api/v1/ext/acme.nothing/notes/1", OTHER);
        HttpResponse<String> notInstalled = platform.get(NOTE, OTHER);
        assertThat(notInstalled.statusCode()).isEqualTo(404).isEqualTo(notThere.statusCode());
        assertThat(plain(notInstalled)).isEqualTo(plain(notThere).replace("acme.nothing", NOTES));
        assertThat(names(notInstalled)).isEqualTo(names(notThere));

        routing.assign("other", NOTES, platform.context().getBundle("extension:acme.notes/1.0.0/sha/main.jar"));
        assertThat(platform.get(NOTE, OTHER).statusCode()).isEqualTo(200);
        routing.unassign("other", NOTES);
        assertThat(platform.get(NOTE, OTHER).statusCode()).isEqualTo(404);
    }

    @Test
    void asksToComeAgainForWhatMayBeInstalledUntilAllAreStarted() throws Exception {
        routing.settled = false;
        try {
            HttpResponse<String> soon = platform.get(NOTE, ACME);
            assertThat(soon.statusCode()).isEqualTo(503);
            assertThat(soon.headers().firstValue("Retry-After")).contains("1");
            routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));
            assertThat(platform.get(NOTE, ACME).statusCode()).isEqualTo(200);
        } finally {
            routing.settled = true;
        }
        assertThat(platform.get("/api/v1/ext/acme.nothing/notes/1", ACME).statusCode())
                .isEqualTo(404);
    }

    @Test
    void answersForAnExtensionWithoutRoutesAsForPathsThatDoNotExist() throws Exception {
        Bundle silent = install(new FixtureBundle(NOTES, "1.0.0"), NOTES, "1.0.0");
        Bundle working = install(
                new FixtureBundle("acme.work", "1.0.0").component(SlowToStart.class, SlowToStart.class, Runnable.class),
                "acme.work",
                "1.0.0");
        Bundle waiting = install(
                new FixtureBundle("acme.late", "1.0.0")
                        .resource(NotesExtension.class, java.util.concurrent.Callable.class),
                "acme.late",
                "1.0.0");
        routing.assign("acme", NOTES, silent);
        routing.assign("acme", "acme.work", working);
        routing.assign("acme", "acme.late", waiting);

        for (String extension : List.of(NOTES, "acme.work")) {
            TestPlatform.await(
                    () -> platform.get("/api/v1/ext/" + extension + "/x", ACME).statusCode() == 404);
        }
        assertThat(plain(platform.get("/api/v1/ext/acme.notes/x", ACME)))
                .isEqualTo(plain(platform.get("/api/v1/ext/acme.notes/x", OTHER)));
        HttpResponse<String> late = platform.get("/api/v1/ext/acme.late/x", ACME);
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.headers().firstValue("Retry-After")).isPresent();
        silent.stop();
        assertThat(platform.get("/api/v1/ext/acme.notes/x", ACME).statusCode()).isEqualTo(503);
    }

    @Test
    void countsEachExtensionByItselfAndNotAsThePlatform() throws Exception {
        String tasks = "/api/v1/ext/acme.tasks/notes/1";
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));
        routing.assign("acme", "acme.tasks", installed(first("acme.tasks", "1.0.0")));
        platform.limits.left = 1;
        platform.limits.extensionsLeft.put(NOTES, 2L);

        assertThat(platform.get(NOTE, ACME).statusCode()).isEqualTo(200);
        assertThat(platform.get(NOTE, ACME).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = platform.get(NOTE, ACME);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("RateLimit-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("\"extension\""));
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(platform.get(tasks, ACME).statusCode()).isEqualTo(200);
        assertThat(platform.limits.left).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/ext/ACME.notes/notes/1",
                "/api/v1/ext/acme%2Enotes/notes/1",
                "/api/v1/ext/acme.notes%2Fnotes/1",
                "/api/v1/ext/acme.notes%2fnotes%2f1",
                "/api/v1/ext//acme.notes/notes/1",
                "/api/v1/ext/acme.notes//notes/1",
                "/api/v1/ext/acme.other/../acme.notes/notes/1",
                "/api/v1/ext/acme.other/%2e%2e/acme.notes/notes/1",
                "/api/v1/ext/acme.notes;v=1/notes/1",
                "/api/v1/ext/acme.notes%00/notes/1",
                "/api/v1/ext/acme.notes\\notes/1",
                "/api/v1/EXT/acme.notes/notes/1",
                "/api/v1/ext/acme.notes/api/v1/ext/acme.notes/notes/1",
                "/api/v1/ext/acme.notes",
                "/api/v1/ext/acme.notes/",
                "/api/v1/ext",
                "/api/v1/ext/",
                "/api/v1/ext/../ext/acme.notes/notes/1",
                "/api/v1/notes/1",
                "/notes/1"
            })
    void isReachedByItsOwnPathsOnly(String path) throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer acme:*\r\n"
                        + "Connection: close\r\n\r\n"))
                .matches("(?s)HTTP/1.1 (400|404) .*");
        assertThat(routing.told).isEmpty();
    }

    @Test
    void asksForACredentialAPermissionAndAMethodAsEveryRoute() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        assertThat(platform.get(NOTE, NOBODY).statusCode()).isEqualTo(401);
        assertThat(platform.get("/api/v1/ext/no.thing/x", NOBODY).statusCode()).isEqualTo(401);
        HttpResponse<String> forbidden = platform.get(NOTE, "Authorization", "Bearer acme:extension:write:acme.notes");
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.body()).contains("extension:read:acme.notes");
        assertThat(platform.get(NOTE, "Authorization", "Bearer acme:extension:read:acme.notes")
                        .statusCode())
                .isEqualTo(200);
        assertThat(platform.get(NOTE, "Authorization", "Bearer acme:*", "X-Tenant-ID", "other")
                        .statusCode())
                .isEqualTo(403);

        HttpResponse<String> method = platform.send("PUT", NOTE, "{}", ACME);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
        HttpResponse<String> head = platform.send("HEAD", NOTE, null, ACME);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(platform.send("OPTIONS", NOTE, null, NOBODY).statusCode()).isEqualTo(204);
        assertThat(routing.told).hasSize(2);
    }

    @Test
    void asksToComeAgainWhileNobodyRunsExtensions() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));
        registration.unregister();

        HttpResponse<String> answer = platform.get(NOTE, ACME);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(platform.get(NOTE, NOBODY).statusCode()).isEqualTo(401);
        assertThat(platform.get("/api/v1/openapi.json", ACME).statusCode()).isEqualTo(200);
        platform.awaitStatus(200, "/health");
    }

    @Test
    void isNoModuleAndNoMatterOfThePlatformsHealth() throws Exception {
        platform.awaitStatus(200, "/health");
        Bundle greetings = platform.install("greetings", greetings().build());
        TestPlatform.await(() -> generations.serving(greetings.getBundleId()));
        // one with the symbolic name of a module, and one that waits for a service nobody has
        Bundle same = install(first(NOTES, "9.0.0").header("Bundle-SymbolicName", "greetings"), NOTES, "9.0.0");
        Bundle waiting = install(
                new FixtureBundle(NOTES, "1.0.0")
                        .resource(NotesExtension.class, java.util.concurrent.Callable.class)
                        .header("Provide-Capability", "platform.module;platform.module=notes"),
                NOTES,
                "1.0.0");
        TestPlatform.await(() -> generations.serving(same.getBundleId()));
        TestPlatform.await(() -> generations
                .problem(waiting.getBundleId())
                .filter(problem -> problem.contains("java.util.concurrent.Callable"))
                .isPresent());

        assertThat(generations.serving(waiting.getBundleId())).isFalse();
        assertThat(generations.hopeless(waiting.getBundleId())).isFalse();
        assertThat(platform.service(ModuleManager.class).list())
                .extracting(ModuleManager.Module::symbolicName)
                .containsOnlyOnce("greetings")
                .doesNotContain(NOTES);
        assertThat(platform.get("/health").statusCode()).isEqualTo(200);
        assertThat(platform.get("/api/v1/greetings/you").statusCode()).isEqualTo(200);
        greetings.stop();
        assertThat(platform.get("/api/v1/greetings/you").statusCode()).isEqualTo(404);
    }

    @Test
    void keepsEveryClientOfACanaryOnOneSide() throws Exception {
        Bundle first = installed(first(NOTES, "1.0.0"));
        Bundle second = installed(second(NOTES, "2.0.0"));
        routing.assign("acme", NOTES, first, second, 30);

        Map<Boolean, Long> sides = IntStream.range(0, 200)
                .boxed()
                .collect(Collectors.partitioningBy(this::isOnTheCanary, Collectors.counting()));
        assertThat(sides.get(true)).isBetween(30L, 90L);
        assertThat(routing.told).hasSize(400);
        assertThat(routing.told.stream()
                        .filter(told -> told.selection().canary())
                        .count())
                .isEqualTo(2 * sides.get(true));
    }

    private boolean isOnTheCanary(int user) {
        String[] headers = {"Authorization", "Bearer acme:*", "User-Agent", "user_" + user * 7919};
        try {
            String once = platform.get(NOTE, headers).body();
            assertThat(platform.get(NOTE, headers).body().contains("second")).isEqualTo(once.contains("second"));
            return once.contains("second");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void letsOutNoHeaderThatConcernsTheWholeOrigin() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        HttpResponse<String> created =
                platform.send("POST", "/api/v1/ext/acme.notes/notes", "{\"text\":\"x\"}", json("Bearer acme:*"));
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().map())
                .doesNotContainKeys(
                        "set-cookie", "access-control-allow-origin", "strict-transport-security", "x-accel-redirect");
        assertThat(created.headers().firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; frame-ancestors 'none'");
        assertThat(created.headers().firstValue("X-Request-Id").get()).isNotEqualTo("forged");
        assertThat(created.headers().firstValue("Cache-Control")).contains("private, max-age=60");
        assertThat(created.headers().firstValue("Location")).contains("/api/v1/ext/acme.notes/notes/1");
        assertThat(created.headers().firstValue("X-Extension-Color")).contains("green");
        assertThat(created.body()).contains("\"text\":\"x\"");

        HttpResponse<String> page = platform.get("/api/v1/ext/acme.notes/notes/page", ACME);
        assertThat(page.headers().firstValue("Content-Disposition")).contains("attachment");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        HttpResponse<String> away = platform.get("/api/v1/ext/acme.notes/notes/away", ACME);
        assertThat(away.statusCode()).isEqualTo(302);
        assertThat(away.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void runsOnItsOwnThreadsAndSeesNoCredential() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        assertThat(platform.get(NOTE, ACME).body()).contains("\"thread\":\"extension-");
        assertThat(platform.get("/api/v1/ext/acme.notes/notes/bytes", ACME).body())
                .startsWith("extension-");
        assertThat(platform.get("/api/v1/ext/acme.notes/notes/later", ACME).body())
                .contains("later");
        HttpResponse<String> seen = platform.get(
                "/api/v1/ext/acme.notes/notes/headers",
                "Authorization",
                "Bearer acme:*",
                "Cookie",
                "session=secret",
                "X-API-Key",
                "secret",
                "X-Mine",
                "shown");
        assertThat(seen.statusCode()).isEqualTo(200);
        assertThat(seen.body()).contains("shown").doesNotContain("secret").doesNotContain("Bearer");
    }

    @Test
    void tellsNothingOfItsFailures() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        for (String how : List.of("state", "error", "endless", "file")) {
            HttpResponse<String> answer = platform.get("/api/v1/ext/acme.notes/notes/fails/" + how, ACME);
            assertThat(answer.statusCode()).as(how).isEqualTo(how.equals("file") ? 200 : 500);
            assertThat(answer.body())
                    .contains(how.equals("file") ? "file:///etc/hostname" : "rror")
                    .doesNotContain("jdbc");
        }
        HttpResponse<String> refused = platform.get("/api/v1/ext/acme.notes/notes/fails/detail", ACME);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(platform.send("POST", "/api/v1/ext/acme.notes/notes", "{\"text\":\"\"}", json("Bearer acme:*"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(routing.told).extracting(TestRouting.Told::status).containsExactly(500, 500, 500, 200, 422, 400);
    }

    @Test
    void throwsAnswersWithinTheBoundsOfThoseItReturns() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        HttpResponse<String> gone = platform.get("/api/v1/ext/acme.notes/notes/fails/gone", ACME);
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(gone.body()).contains("\"GONE\"");
        assertThat(gone.headers().firstValue("Sunset")).hasValue("yesterday");
        assertThat(gone.headers().map()).doesNotContainKeys("set-cookie", "www-authenticate");
        HttpResponse<String> moved = platform.get("/api/v1/ext/acme.notes/notes/fails/moved", ACME);
        assertThat(moved.statusCode()).isEqualTo(303);
        assertThat(moved.headers().firstValue("Location")).hasValue(NOTE);
        HttpResponse<String> lured = platform.get("/api/v1/ext/acme.notes/notes/fails/lured", ACME);
        assertThat(lured.statusCode()).isEqualTo(303);
        assertThat(lured.headers().firstValue("Location")).isEmpty();
        assertThat(routing.told).extracting(TestRouting.Told::status).containsExactly(410, 303, 303);
    }

    @Test
    void countsNoAbortedUploadAgainstTheExtension() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));

        try (Socket socket = new Socket("localhost", platform.port())) {
            socket.getOutputStream()
                    .write(("POST /api/v1/ext/acme.notes/notes/upload HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Authorization: Bearer acme:*\r\nContent-Type: application/octet-stream\r\n"
                                    + "Content-Length: 1000\r\n\r\nabc")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400");
        }
        assertThat(routing.told).isEmpty();
    }

    @Test
    void repeatsAnAnswerUnderItsKey() throws Exception {
        routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));
        String[] headers = {
            "Authorization", "Bearer acme:*", "Content-Type", "application/json", "Idempotency-Key", "once"
        };

        String path = "/api/v1/ext/acme.notes/notes";
        assertThat(platform.send("POST", path, "{\"text\":\"x\"}", headers).statusCode())
                .isEqualTo(201);
        HttpResponse<String> again = platform.send("POST", path, "{\"text\":\"x\"}", headers);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(routing.told).hasSize(1);
    }

    @Test
    void describesToEveryTenantWhatItRuns() throws Exception {
        Bundle first = installed(first(NOTES, "1.0.0"));
        Bundle second = installed(second(NOTES, "2.0.0"));
        String document = "/api/v1/openapi.json";
        HttpResponse<String> before = platform.get(document, ACME);
        routing.assign("acme", NOTES, first);
        routing.assign("other", NOTES, second);

        HttpResponse<String> acme = platform.get(document, ACME);
        assertThat(acme.body())
                .contains(
                        "/api/v1/ext/acme.notes/notes/{id}",
                        "\"operationId\":\"acme.notes.getNote\"",
                        "\"x-permission\":\"extension:read:acme.notes\"",
                        "acme.notes: Notes",
                        "\"ext.acme.notes.kernel.http.fixture.Note\"")
                .doesNotContain("RichNote");
        assertThat(platform.get(document, OTHER).body())
                .contains("RichNote", "acme.notes.deleteNote")
                .doesNotContain("fixture.Note\"");
        HttpResponse<String> nobody = platform.get(document, NOBODY);
        assertThat(nobody.body()).doesNotContain("acme.notes").isEqualTo(before.body());
        assertThat(etag(acme)).isNotEqualTo(etag(nobody)).isNotEqualTo(etag(platform.get(document, OTHER)));
        assertThat(acme.headers().firstValue("Cache-Control")).contains("private, no-cache");
        assertThat(String.join(",", acme.headers().allValues("Vary"))).contains("Authorization", "X-API-Key");
        assertThat(platform.get(document, "Authorization", "Bearer acme:*", "If-None-Match", etag(acme))
                        .statusCode())
                .isEqualTo(304);
        JsonNode tree = new ObjectMapper().readTree(acme.body());
        assertThat(references(tree))
                .allSatisfy(reference -> assertThat(
                                tree.at(reference.substring(1).replace("~", "~0"))
                                        .isMissingNode())
                        .as(reference)
                        .isFalse());

        routing.unassign("acme", NOTES);
        assertThat(platform.get(document, ACME).body()).isEqualTo(before.body());
        routing.assign("acme", NOTES, second);
        assertThat(platform.get(document, ACME).body()).contains("RichNote");
    }

    @Test
    void refusesRoutesThatAnExtensionMayNotHave() throws Exception {
        Bundle greedy = install(
                new FixtureBundle("acme.greedy", "1.0.0").resource(GreedyExtension.class), "acme.greedy", "1.0.0");
        TestPlatform.await(() -> generations.hopeless(greedy.getBundleId()));

        assertThat(generations.problem(greedy.getBundleId()).get())
                .contains(
                        "needs a caller",
                        "\"*\" is no verb",
                        "\"a.b\"",
                        "rateLimits",
                        "streamed",
                        "maxBody",
                        "could take long");
        Bundle nameless = install(second("Acme", "1.0.0"), "Acme", "1.0.0");
        TestPlatform.await(() -> generations.hopeless(nameless.getBundleId()));
        assertThat(generations.problem(nameless.getBundleId()).get()).contains("is no id");
    }

    @Test
    void drainsOnDemand() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        gate.set(() -> {
            entered.countDown();
            await(leave);
        });
        Bundle first = installed(first(NOTES, "1.0.0"));
        routing.assign("acme", NOTES, first);
        CompletableFuture<HttpResponse<String>> running = platform.client()
                .sendAsync(
                        platform.request("GET", "/api/v1/ext/acme.notes/notes/blocked", null, ACME),
                        HttpResponse.BodyHandlers.ofString());
        await(entered);

        assertThat(generations.inFlight(first.getBundleId())).isEqualTo(1);
        assertThat(generations.drain(first.getBundleId(), Duration.ofMillis(50)))
                .isFalse();
        HttpResponse<String> refused = platform.get(NOTE, ACME);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        leave.countDown();
        assertThat(generations.drain(first.getBundleId(), Duration.ofSeconds(10)))
                .isTrue();
        assertThat(running.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        first.uninstall();
        assertThat(generations.serving(first.getBundleId())).isFalse();
        assertThat(generations.drain(first.getBundleId(), Duration.ZERO)).isTrue();
    }

    @Test
    void buildsOthersWhileOneDoesNotComeOutOfItsConstructor() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        gate.set(() -> await(leave));
        Bundle slow = platform.install(
                "slow",
                new FixtureBundle("slow", "1.0.0")
                        .resource(SlowToStart.class, Runnable.class)
                        .build());
        try {
            TestPlatform.await(() -> generations
                    .problem(slow.getBundleId())
                    .filter(problem -> problem.contains("have been starting"))
                    .isPresent());
            routing.assign("acme", NOTES, installed(first(NOTES, "1.0.0")));
            assertThat(platform.get(NOTE, ACME).statusCode()).isEqualTo(200);
            Bundle greetings = platform.install("greetings", greetings().build());
            platform.awaitStatus(200, "/api/v1/greetings/you");
            greetings.uninstall();
        } finally {
            leave.countDown();
        }
        platform.awaitStatus(200, "/api/v1/slow");
    }

    @Test
    void leavesNoThreadInTheGroupOfWhoeverStartsABundle() throws Exception {
        ThreadGroup group = new ThreadGroup("extension");
        CompletableFuture<Bundle> bundle = new CompletableFuture<>();
        Thread starter = new Thread(group, () -> {
            try {
                bundle.complete(install(first(NOTES, "1.0.0"), NOTES, "1.0.0"));
            } catch (Exception e) {
                bundle.completeExceptionally(e);
            }
        });
        starter.start();

        long id = bundle.get(30, TimeUnit.SECONDS).getBundleId();
        TestPlatform.await(() -> generations.serving(id));
        starter.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(group.activeCount()).isZero();
    }

    static FixtureBundle first(String id, String version) {
        return new FixtureBundle(id, version)
                .resource(NotesExtension.class, Runnable.class)
                .classes(Note.class, NewNote.class, NotesExtension.Endless.class);
    }

    static FixtureBundle second(String id, String version) {
        return new FixtureBundle(id, version).resource(RichNotesExtension.class).classes(RichNote.class);
    }

    private static FixtureBundle greetings() {
        return new FixtureBundle("greetings", "1.0.0")
                .resource(GreetingResource.class, Runnable.class)
                .classes(Greeting.class, NewGreeting.class);
    }

    private Bundle installed(FixtureBundle fixture) throws Exception {
        String name = fixture.name();
        Bundle bundle = install(fixture, name, fixture.version());
        TestPlatform.await(() -> generations.serving(bundle.getBundleId()));
        return bundle;
    }

    private Bundle install(FixtureBundle fixture, String id, String version) throws Exception {
        return platform.install("extension:" + id + "/" + version + "/sha/main.jar", fixture.build());
    }

    private static String[] json(String authorization) {
        return new String[] {"Authorization", authorization, "Content-Type", "application/json"};
    }

    private static String etag(HttpResponse<?> answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private static Set<String> names(HttpResponse<?> answer) {
        return new TreeSet<>(answer.headers().map().keySet());
    }

    /** Without what differs between any two answers. */
    private static String plain(HttpResponse<String> answer) {
        return answer.body()
                .replaceAll("\"(request_id|timestamp)\":\"[^\"]*\"", "")
                .replaceAll("req_[0-9a-zA-Z]+", "");
    }

    private static List<String> references(JsonNode tree) {
        return tree.findValuesAsText("$ref");
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket("localhost", platform.port());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
