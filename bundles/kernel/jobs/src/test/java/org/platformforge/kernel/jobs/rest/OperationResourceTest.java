package org.platformforge.kernel.jobs.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.jobs.JobsComponent;
import org.platformforge.kernel.jobs.ServedHandler;
import org.platformforge.kernel.jobs.TestConfig;
import org.platformforge.kernel.jobs.TestLicense;
import org.platformforge.kernel.store.testing.StoreFixture;

class OperationResourceTest {
    @TempDir
    Path folder;

    private final Draining drain = new Draining();
    private final Semaphore leave = new Semaphore(0);
    private StoreFixture database;
    private JobsComponent jobs;
    private OperationResource resource;

    @BeforeEach
    void start() throws IOException {
        database = StoreFixture.derby(JobsComponent.class);
        var config = TestConfig.with(
                Map.of("folder", folder.toString(), "waiters", 1, "streams", 1, "wait_seconds", 2, "poll_millis", 100));
        jobs = new JobsComponent(config, database, database.dataSource(), database.audit(), new TestLicense());
        resource = new OperationResource(config, jobs);
        ServedHandler.bind(jobs, "make", step -> {
            step.log("at work");
            leave.acquire();
            return Map.of("output", Map.of("url", "http://a"), "secret", "internal");
        });
        ServedHandler.bind(jobs, "break", step -> {
            throw OperationException.fatal("NO_ROOM", "The engine has no room", null);
        });
    }

    @AfterEach
    void stop() throws Exception {
        ServedHandler.close(jobs);
        database.close();
    }

    /** As a generation's. */
    private static final class Draining implements Drain {
        private final List<Runnable> actions = new CopyOnWriteArrayList<>();
        private volatile boolean begun;

        void begin() {
            begun = true;
            actions.forEach(Runnable::run);
        }

        @Override
        public boolean begun() {
            return begun;
        }

        @Override
        public Registration onBegin(Runnable action) {
            actions.add(action);
            return () -> actions.remove(action);
        }
    }

    private Operation submit(String kind) {
        return database.call("ten_a", tx -> jobs.submit(tx, ALICE, kind, "prov-1", Map.of()));
    }

    private Operation ended(Operation operation) throws InterruptedException {
        return jobs.await("ten_a", operation.id(), Duration.ofSeconds(10));
    }

    private static PlatformException refused(ThrowingCallable call) {
        return catchThrowableOfType(PlatformException.class, call);
    }

    private static String text(Response response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ((StreamingOutput) response.getEntity()).write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyMethodStatesItsPermissionAndAStableId() {
        List<Method> methods = Arrays.stream(OperationResource.class.getMethods())
                .filter(method -> method.getDeclaringClass() == OperationResource.class)
                .toList();

        assertThat(methods).hasSize(6).allMatch(method -> method.isAnnotationPresent(Endpoint.class));
        assertThat(methods)
                .extracting(method -> method.getAnnotation(Endpoint.class).permission())
                .containsOnly("operation:read", "operation:cancel");
    }

    @Test
    void showsAnOperationWithoutCheckpoints() throws Exception {
        Operation operation = submit("make");
        leave.release();
        ended(operation);

        OperationView view = resource.get(ALICE, operation.id());

        assertThat(view.status()).isEqualTo("completed");
        assertThat(view.kind()).isEqualTo("make");
        assertThat(view.target()).isEqualTo("prov-1");
        assertThat(view.createdBy()).isEqualTo("user_alice");
        assertThat(view.output()).isEqualTo(Map.of("url", "http://a"));
        assertThat(view.steps()).singleElement().satisfies(step -> {
            assertThat(step.name()).isEqualTo("one");
            assertThat(step.status()).isEqualTo("completed");
            assertThat(step.attempts()).isEqualTo(1);
        });
        assertThat(view.toString()).doesNotContain("internal");
    }

    @Test
    void showsWhyItFailed() throws Exception {
        Operation operation = submit("break");
        ended(operation);

        OperationView view = resource.get(ALICE, operation.id());

        assertThat(view.status()).isEqualTo("failed");
        assertThat(view.error().code()).isEqualTo("NO_ROOM");
        assertThat(view.error().message()).isEqualTo("The engine has no room");
    }

    @Test
    void answersNotFoundForForeignAndUnknownIdsAlike() throws Exception {
        Operation operation = submit("make");
        for (String id : List.of(operation.id(), "op-none")) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> resource.get(BOB, id),
                    () -> resource.await(BOB, id, 1, drain),
                    () -> resource.cancel(BOB, id),
                    () -> resource.retry(BOB, id),
                    () -> resource.logs(BOB, null, null, id, null, null, drain),
                    () -> resource.logs(BOB, "text/event-stream", null, id, null, null, drain))) {
                PlatformException refused = refused(call);
                assertThat(refused.kind()).isEqualTo(ErrorKind.NOT_FOUND);
                assertThat(refused.getMessage()).isEqualTo("Operation not found");
            }
        }
        leave.release();
        ended(operation);
    }

    @Test
    void waitAnswersAtTheEnd() throws Exception {
        Operation operation = submit("make");
        CompletableFuture<Response> waiting =
                CompletableFuture.supplyAsync(() -> resource.await(ALICE, operation.id(), 2, drain));
        leave.release();

        Response response = waiting.get();

        assertThat(((OperationView) response.getEntity()).status()).isEqualTo("completed");
        assertThat(response.getHeaderString("Retry-After")).isNull();
    }

    @Test
    void waitAnswersAtItsTimeoutWithTheStateAndWhenToAskAgain() throws Exception {
        Operation operation = submit("make");

        Response at = resource.await(ALICE, operation.id(), 0, drain);
        Response negative = resource.await(ALICE, operation.id(), -5, drain);
        Response clamped = resource.await(ALICE, operation.id(), 3600, drain);

        for (Response response : List.of(at, negative, clamped)) {
            assertThat(response.getStatus()).isEqualTo(200);
            assertThat(((OperationView) response.getEntity()).status()).isIn("pending", "running");
            assertThat(response.getHeaderString("Retry-After")).isEqualTo("1");
        }
        leave.release();
        ended(operation);
    }

    @Test
    void waitAnswersAtOnceWhenAllPlacesAreTaken() throws Exception {
        Operation operation = submit("make");
        List<CompletableFuture<Response>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(CompletableFuture.supplyAsync(() -> resource.await(ALICE, operation.id(), 20, drain)));
        }

        Awaitility.await()
                .until(() -> all.stream().filter(CompletableFuture::isDone).count() == 4);
        leave.release();
        for (CompletableFuture<Response> one : all) {
            assertThat(one.get().getStatus()).isEqualTo(200);
        }
    }

    @Test
    void cancelsAndTellsWhereToLook() throws Exception {
        Operation operation = submit("make");

        Response response = resource.cancel(ALICE, operation.id());
        leave.release();

        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(response.getHeaderString("Location")).isEqualTo("/api/v1/operations/" + operation.id());
        assertThat(ended(operation).status()).isEqualTo(Operation.Status.CANCELLED);
        assertThat(refused(() -> resource.cancel(ALICE, operation.id())).kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused(() -> resource.retry(ALICE, operation.id())).kind()).isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void triesAFailedOneAgain() throws Exception {
        Operation operation = submit("break");
        ended(operation);

        Response response = resource.retry(ALICE, operation.id());

        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(((OperationView) response.getEntity()).status()).isEqualTo("pending");
        assertThat(ended(operation).steps().get(0).attempts()).isEqualTo(2);
    }

    @Test
    void listsWithALinkToTheNextPage() throws Exception {
        for (int i = 0; i < 3; i++) {
            ended(submit("break"));
        }

        Response first = resource.list(ALICE, "failed", "break", PageRequest.of(2, null, null));
        OperationListView page = (OperationListView) first.getEntity();
        Response second = resource.list(ALICE, "FAILED", null, PageRequest.of(2, 0, page.nextCursor()));

        assertThat(page.operations()).hasSize(2);
        assertThat(page.total()).isEqualTo(3);
        assertThat(page.hasMore()).isTrue();
        assertThat(first.getHeaderString("Link"))
                .isEqualTo("</api/v1/operations?limit=2&status=failed&kind=break&cursor=" + page.nextCursor()
                        + ">; rel=\"next\"");
        assertThat(((OperationListView) second.getEntity()).operations()).hasSize(1);
        assertThat(second.getHeaderString("Link")).isNull();
        assertThat(((OperationListView) resource.list(BOB, null, null, PageRequest.of(null, null, null))
                                .getEntity())
                        .operations())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1000,100", "0,1", "-7,1", ",20"})
    void clampsTheLimit(Integer asked, int given) {
        OperationListView page = (OperationListView) resource.list(ALICE, null, null, PageRequest.of(asked, -3, null))
                .getEntity();

        assertThat(page.limit()).isEqualTo(given);
        assertThat(page.offset()).isZero();
    }

    @Test
    void namesTheStatusesItKnows() {
        PlatformException refused = refused(() -> resource.list(ALICE, "done", null, PageRequest.of(null, null, null)));

        assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused.fields().get(0).field()).isEqualTo("status");
        assertThat(refused.fields().get(0).message()).contains("completed", "cancelled");
    }

    @Test
    void readsTheLogInParts() throws Exception {
        Operation operation = submit("make");
        leave.release();
        ended(operation);

        LogView first = (LogView) resource.logs(ALICE, "application/json", null, operation.id(), null, 2, drain)
                .getEntity();
        LogView rest = (LogView) resource.logs(ALICE, null, null, operation.id(), first.next(), null, drain)
                .getEntity();

        assertThat(first.lines()).extracting(LogView.LineView::text).containsExactly("started", "at work");
        assertThat(first.complete()).isFalse();
        assertThat(rest.lines()).extracting(LogView.LineView::text).containsExactly("completed", "Operation completed");
        assertThat(rest.complete()).isTrue();
        assertThat(rest.status()).isEqualTo("completed");
    }

    @Test
    void streamsTheLogAsItGrowsAndEndsWithTheOperation() throws Exception {
        Operation operation = submit("make");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Response response = resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> write(response, out));

        Awaitility.await().until(() -> out.toString(StandardCharsets.UTF_8).contains("at work"));
        assertThat(reading).isNotDone();
        leave.release();
        reading.get();

        assertThat(response.getMediaType().toString()).isEqualTo("text/event-stream");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("id: 1\nevent: log\ndata: {\"sequence\":1,", "\"step\":\"one\",\"text\":\"at work\"}\n\n")
                .endsWith("event: end\ndata: {\"status\":\"completed\"}\n\n");
    }

    private static void write(Response response, OutputStream out) {
        try {
            ((StreamingOutput) response.getEntity()).write(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void streamsOnlyWhatTheClientHasNotSeen() throws Exception {
        Operation operation = submit("make");
        leave.release();
        ended(operation);

        String events = text(resource.logs(ALICE, "text/event-stream", "2", operation.id(), null, null, drain));

        assertThat(events).doesNotContain("id: 1\n", "id: 2\n").contains("id: 3\n");
        assertThat(refused(() -> resource.logs(ALICE, "text/event-stream", "abc", operation.id(), null, null, drain))
                        .fields()
                        .get(0)
                        .field())
                .isEqualTo("Last-Event-ID");
    }

    @Test
    void givesThePlaceOfAStreamBackWhenTheClientIsGone() throws Exception {
        Operation operation = submit("make");
        Response broken = resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain);
        IOException gone = catchThrowableOfType(
                IOException.class,
                () -> ((StreamingOutput) broken.getEntity()).write(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("gone");
                    }
                }));
        assertThat(gone).hasMessage("gone");
        leave.release();
        ended(operation);

        assertThat(text(resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain)))
                .contains("event: end");
    }

    @Test
    void refusesMoreStreamsThanPlaces() throws Exception {
        Operation operation = submit("make");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Response first = resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain);
        Response early = resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> write(first, out));
        Awaitility.await().until(() -> out.size() > 0);

        PlatformException refused =
                refused(() -> resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain));
        assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(refused.retryAfter()).isPresent();
        assertThat(text(early)).contains("too many streams");
        leave.release();
        reading.get();
    }

    @Test
    void streamsAndWaitersEndInGoodOrderWhenTheirGenerationIsDrained() throws Exception {
        Operation operation = submit("make");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Response response = resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> write(response, out));
        OperationResource patient = new OperationResource(TestConfig.with(Map.of("wait_seconds", 60)), jobs);
        CompletableFuture<Response> waiting =
                CompletableFuture.supplyAsync(() -> patient.await(ALICE, operation.id(), 60, drain));
        Awaitility.await().until(() -> out.toString(StandardCharsets.UTF_8).contains("at work"));
        assertThat(reading).isNotDone();

        drain.begin();

        reading.get(20, TimeUnit.SECONDS);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .doesNotContain("event: end")
                .endsWith("retry: 250\n: come again, where another version goes on\n\n");
        Response unfinished = waiting.get(20, TimeUnit.SECONDS);
        assertThat(unfinished.getStatus()).isEqualTo(200);
        assertThat(unfinished.getHeaderString("Retry-After")).isEqualTo("1");
        leave.release();
        ended(operation);
        assertThat(drain.actions).isEmpty();
    }

    @Test
    void streamsEndWhenThePlatformStops() throws Exception {
        Operation operation = submit("make");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Response response = resource.logs(ALICE, "text/event-stream", null, operation.id(), null, null, drain);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> write(response, out));
        Awaitility.await().until(() -> out.size() > 0);

        ServedHandler.close(jobs);

        Awaitility.await().until(reading::isDone);
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("event: end");
    }
}
