package org.platformforge.infrastructure.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.lang.annotation.Annotation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.infrastructure.resource.ResourceOrder.Status;
import org.platformforge.infrastructure.resource.ResourceService.Draft;
import org.platformforge.infrastructure.store.ResourceOrderTable;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.DurableOperations;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** What infrastructure resources promise, on the real store of either database and the real operations. */
abstract class ResourceContract {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JobSettings JOBS = new JobSettings(
            2,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            4,
            3,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofDays(30),
            1000);

    private final DatabaseKind kind;
    private final FakeResources engine = new FakeResources();
    private StoreFixture store;
    private JobEngine jobs;
    private ResourceService service;

    ResourceContract(DatabaseKind kind) {
        this.kind = kind;
    }

    private record Config(String... types) implements ResourceConfig {
        @Override
        public Class<? extends Annotation> annotationType() {
            return ResourceConfig.class;
        }
    }

    /** An engine that holds what it was asked for, and fails for the size "huge". */
    private static final class FakeResources implements Resources {
        final Map<String, Wanted> held = new ConcurrentHashMap<>();

        @Override
        public Set<String> types(String tenantId) {
            return Set.of("server", "http-route");
        }

        @Override
        public List<FieldError> objections(String tenantId, Wanted wanted) {
            return wanted.properties().containsKey("region")
                    ? List.of(new FieldError("region", "is not known here"), new FieldError("size", "is too small"))
                    : List.of();
        }

        @Override
        public Map<String, String> apply(StepContext context, Wanted wanted) throws OperationException {
            held.put(wanted.id(), wanted);
            if ("huge".equals(wanted.properties().get("size"))) {
                throw OperationException.fatal("ENGINE_FULL", "There is no room", null);
            }
            return Map.of("ip_address", "10.0.0.7");
        }

        @Override
        public void remove(StepContext context, String id) {
            held.remove(id);
        }

        @Override
        public Optional<Seen> find(String tenantId, String id) {
            return Optional.ofNullable(held.get(id))
                    .map(wanted -> new Seen(
                            id,
                            wanted.owner(),
                            wanted.name(),
                            wanted.type(),
                            "fake",
                            "running",
                            "",
                            Map.of("ip_address", "10.0.0.7"),
                            Map.of(),
                            null,
                            Instant.EPOCH));
        }

        @Override
        public List<String> logs(String tenantId, String id, int tail) {
            return List.of();
        }
    }

    @BeforeEach
    void open() {
        store = StoreFixture.open(kind, ResourceOrderTable.class);
        Store jobsStore = store.storeOf(DurableOperations.class);
        Tables tables = Tables.create();
        jobs = new JobEngine(JOBS, jobsStore, store.dataSource(), "node", tables);
        DurableOperations operations = new DurableOperations(jobsStore, tables, jobs, store.audit());
        Engines engines = new Engines();
        engines.resources = engine;
        ResourceOrderTable orders = new ResourceOrderTable();
        jobs.add(new HandlerRef(new ResourceHandler(store, orders, engines, store.outbox()), 1, 1));
        jobs.add(new HandlerRef(new RemovalHandler(orders, engines, store.outbox()), 1, 2));
        jobs.start();
        service = new ResourceService(
                store, orders, operations, engines, store.audit(), store.outbox(), new Config("server, database"));
    }

    @AfterEach
    void close() {
        jobs.close();
        store.close();
    }

    private static Draft draft(String type, String region, String size) {
        return new Draft(type, null, region, Map.of("size", size), Map.of("environment", "production", "team", "a"));
    }

    private static PlatformException refused(Runnable call) {
        return catchThrowableOfType(PlatformException.class, call::run);
    }

    private ResourceOrder ended(ResourceOrder order) {
        return Awaitility.await()
                .atMost(SOON)
                .until(() -> service.get(ALICE, order.id()).order(), now -> now.status() != Status.PROVISIONING);
    }

    @Test
    void anothersIsNotThere() {
        ResourceOrder made = ended(service.create(ALICE, draft("server", null, "small")));

        assertThat(refused(() -> service.get(BOB, made.id())).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> service.delete(BOB, made.id())).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> service.get(ALICE, "../x\0")).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(service.list(BOB)).isEmpty();
        assertThat(engine.held).containsKey(made.id());
    }

    @Test
    void namesTheTypesThereAreAndNoneThatIsNotAllowed() {
        for (String type : new String[] {"spaceship", "http-route", "database", null}) {
            PlatformException refused = refused(() -> service.create(ALICE, draft(type, null, "small")));
            assertThat(refused.fields()).containsExactly(new FieldError("type", "must be one of server"));
        }
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        Draft draft = new Draft(
                "nothing", "a b", "x/y", Map.of("secrets", Map.of("a", "b")), Map.of("a", 1, "b", "<script>"));
        assertThat(refused(() -> service.create(ALICE, draft)).fields())
                .extracting(FieldError::field)
                .containsExactly("type", "provider", "region", "specs.secrets", "tags", "tags");
        assertThat(refused(() -> service.create(ALICE, draft("server", "us-east-1", "small")))
                        .fields())
                .extracting(FieldError::field)
                .as("of the engine, by the names of the request")
                .containsExactly("region", "specs.size");
        assertThat(service.list(ALICE)).isEmpty();
    }

    @Test
    void makesOneAndTakesItAway() {
        ResourceOrder made = ended(service.create(ALICE, draft("server", null, "small")));

        assertThat(made.status()).as(made.problem()).isEqualTo(Status.ACTIVE);
        ResourceService.Found found = service.get(ALICE, made.id());
        assertThat(found.seen().outputs()).containsEntry("ip_address", "10.0.0.7");
        assertThat(found.order().tags()).containsEntry("team", "a");
        assertThat(engine.held.get(made.id()).environment()).isEqualTo("production");

        service.delete(ALICE, made.id());
        Awaitility.await().atMost(SOON).until(() -> service.list(ALICE).isEmpty());
        assertThat(engine.held).isEmpty();
    }

    @Test
    void leavesNothingBehindWhenTheEngineFails() {
        ResourceOrder failed = ended(service.create(ALICE, draft("server", null, "huge")));

        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.problem()).isEqualTo("There is no room");
        assertThat(engine.held).isEmpty();
    }
}
