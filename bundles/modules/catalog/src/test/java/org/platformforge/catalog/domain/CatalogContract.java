package org.platformforge.catalog.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.lang.annotation.Annotation;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.catalog.domain.DeployService.Judging;
import org.platformforge.catalog.domain.DeployService.Order;
import org.platformforge.catalog.domain.ServiceCatalog.Imported;
import org.platformforge.catalog.domain.ServiceCatalog.Outcome;
import org.platformforge.catalog.domain.ServiceSearch.Facet;
import org.platformforge.catalog.domain.ServiceSearch.Query;
import org.platformforge.catalog.domain.ServiceSearch.Sort;
import org.platformforge.catalog.domain.ServiceState.Status;
import org.platformforge.catalog.store.EnvironmentTable;
import org.platformforge.catalog.store.ServiceTable;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.jobs.recurring.UnixCron;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;

/** What the catalogue promises, on the real store of either database. */
abstract class CatalogContract {
    private final DatabaseKind kind;
    private final FakeDelivery delivery = new FakeDelivery();
    private StoreFixture store;
    private ServiceCatalog catalog;
    private ServiceSearch search;
    private EnvironmentService environments;
    private EnvironmentLimits limits;
    private DeployService deploys;

    CatalogContract(DatabaseKind kind) {
        this.kind = kind;
    }

    private record Config(String... cluster_engines) implements CatalogConfig {
        @Override
        public int observe_seconds() {
            return 5;
        }

        @Override
        public int canary_percent() {
            return 10;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return CatalogConfig.class;
        }
    }

    @BeforeEach
    void open() {
        store = StoreFixture.open(kind, ServiceTable.class);
        Secrets secrets = new FixedSecrets("test");
        ServiceTable services = new ServiceTable();
        EnvironmentTable rows = new EnvironmentTable();
        Trail trail = new Trail(store.audit(), store.outbox());
        catalog = new ServiceCatalog(store, services, rows, delivery, new ServiceDrafts(secrets), trail);
        search = new ServiceSearch(store, services, catalog);
        environments = new EnvironmentService(store, rows, services, delivery, trail, new UnixCron());
        Config config = new Config("far = lxd, other=process");
        limits = new EnvironmentLimits(store, rows, services, delivery, new UnixCron(), config);
        deploys = new DeployService(catalog, environments, limits, delivery, secrets, config);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static ServiceDraft draft(String id, String... dependencies) {
        return new ServiceDraft(
                id,
                "Name of " + id,
                "What it does",
                "Backend Team",
                "https://github.com/acme/" + id,
                List.of("/api/v1/" + id),
                List.of(dependencies),
                new Build(List.of("make"), Map.of("A", "b"), null),
                new Run("./run", null, "/healthz", null, Map.of("C", "d"), Map.of("TOKEN", "secret value")),
                "repository token");
    }

    private void environment(String name, String type, String cpu, String memory) {
        environments.create(ALICE, new EnvironmentService.Draft(name, type, "far", null, true, cpu, memory, null));
    }

    private static Order order(String environment, Integer replicas, String cpu, String memory) {
        return new Order(environment, "v1", replicas, cpu, memory, null, null, null, null, Map.of("E", "f"), null);
    }

    private static List<FieldError> refused(Runnable call) {
        PlatformException refused = catchThrowableOfType(PlatformException.class, call::run);
        assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION);
        return refused.fields();
    }

    private static ErrorKind kind(Runnable call) {
        return catchThrowableOfType(PlatformException.class, call::run).kind();
    }

    @Test
    void keepsAServiceAndItsSecretsApart() {
        ServiceState made = catalog.create(ALICE, draft("shop", "mailer"));

        assertThat(made.status()).isEqualTo(Status.NOT_DEPLOYED);
        assertThat(made.health().score()).isNull();
        Service service = catalog.get(ALICE, "shop").service();
        assertThat(service.run().secrets()).isEmpty();
        assertThat(service.sealed()).doesNotContain("secret value").doesNotContain("repository token");
        assertThat(service.toString()).doesNotContain("secret value");
        assertThat(kind(() -> catalog.create(ALICE, draft("shop")))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(kind(() -> catalog.get(BOB, "shop"))).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(kind(() -> catalog.get(ALICE, "no such\0name"))).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void tellsOthersWhatAnEnvironmentAllows() {
        catalog.create(ALICE, draft("shop"));
        environment("staging", "staging", "2", null);
        deploys.deploy(ALICE, "shop", order("staging", 3, "500m", null));
        DeployRequest more = delivery.requests.get(0);
        DeployRequest other = new DeployRequest(
                "mailer", "staging", "v1", more.source(), more.build(), more.run(), more.scale(), more.rollout());

        assertThat(limits.engine("ten_a", "staging")).contains("lxd");
        assertThat(limits.engine("ten_b", "staging")).isEmpty();
        assertThat(limits.engine("ten_a", "no such\0name")).isEmpty();
        assertThat(limits.objections("ten_a", more)).isEmpty();
        assertThat(limits.objections("ten_a", other))
                .extracting(FieldError::field)
                .containsExactly("scale.cpu");
        assertThat(limits.objections("ten_b", other)).isEmpty();
    }

    @Test
    void keepsSecretsThatAChangeLeavesOut() {
        catalog.create(ALICE, draft("shop"));
        environment("staging", "staging", null, null);
        ServiceDraft change = new ServiceDraft(
                null,
                "New name",
                null,
                null,
                "https://github.com/acme/shop",
                null,
                null,
                null,
                new Run("./run", null, null, null, null, null),
                null);

        assertThat(catalog.update(ALICE, "shop", change).service().name()).isEqualTo("New name");
        deploys.deploy(ALICE, "shop", order("staging", 1, null, null));

        DeployRequest request = delivery.requests.get(0);
        assertThat(request.source().token()).isEqualTo("repository token");
        assertThat(request.run().secrets()).containsEntry("TOKEN", "secret value");
    }

    @Test
    void saysEverythingThatIsWrongWithAService() {
        ServiceDraft bad = new ServiceDraft(
                "Not an id",
                "",
                "x".repeat(5000),
                "a\u0000b",
                null,
                List.of(" "),
                List.of("Not an id"),
                new Build(List.of(""), Map.of("1A", "x"), 0),
                new Run("./run", "public", "healthz", 0, Map.of(), Map.of()),
                null);

        assertThat(refused(() -> catalog.create(ALICE, bad)))
                .extracting(FieldError::field)
                .contains(
                        "id",
                        "name",
                        "description",
                        "owner",
                        "endpoints",
                        "dependencies",
                        "build.commands",
                        "build.env",
                        "build.timeout_seconds",
                        "run.static_directory",
                        "run.probe_path",
                        "run.start_timeout_seconds");
        assertThat(refused(() -> catalog.create(ALICE, draft("import")))).hasSize(1);
    }

    @Test
    void showsRelationsBothWaysAndWhatFailsWithout() {
        catalog.create(ALICE, draft("db", "disk"));
        catalog.create(ALICE, draft("api", "db"));
        catalog.create(ALICE, draft("web", "api", "db"));
        catalog.create(ALICE, draft("cron", "web"));

        ServiceCatalog.Relations relations = catalog.relations(ALICE, "db");

        assertThat(relations.unknown()).containsExactly("disk");
        assertThat(relations.dependencyOf()).containsExactly("api", "web");
        assertThat(relations.impact()).containsExactlyInAnyOrder("api", "web", "cron");
        assertThat(kind(() -> catalog.delete(ALICE, "db"))).isEqualTo(ErrorKind.CONFLICT);
        catalog.delete(ALICE, "cron");
        assertThat(catalog.ids(ALICE)).containsExactly("api", "db", "web");
    }

    @Test
    void deploysWithWhatTheServiceAndTheOrderSay() {
        catalog.create(ALICE, draft("shop"));
        environment("staging", "staging", "10", "20Gi");

        deploys.deploy(
                ALICE,
                "shop",
                new Order("staging", "v2.4.2", 3, "500m", "1Gi", "canary", 20, 1, null, Map.of("E", "f"), null));

        assertThat(delivery.requests).singleElement().satisfies(request -> {
            assertThat(request.source().ref()).isEqualTo("v2.4.2");
            assertThat(request.scale()).isEqualTo(new DeployRequest.Scale(3, "500m", "1Gi", "lxd"));
            assertThat(request.run().env()).containsOnly(Map.entry("C", "d"), Map.entry("E", "f"));
            assertThat(request.rollout()).isEqualTo(new DeployRequest.Rollout(Strategy.CANARY, 20, 1));
        });
        deploys.deploy(ALICE, "shop", order("staging", null, null, null));
        assertThat(delivery.requests.get(1).scale())
                .isEqualTo(delivery.requests.get(0).scale());
    }

    @Test
    void asksForACanaryToBeJudgedWithWhatIsLeftOutAsItIsDone() {
        catalog.create(ALICE, draft("shop"));
        environment("staging", "staging", null, null);
        Judging given = new Judging(List.of(5, 50), 10, 3.0, null, 700, null);

        for (Judging judging : List.of(new Judging(null, null, null, null, null, null), given)) {
            deploys.deploy(
                    ALICE, "shop", new Order("staging", "v1", 1, null, null, "canary", 20, 1, judging, Map.of(), null));
        }

        assertThat(delivery.requests)
                .extracting(request -> request.rollout().analysis())
                .containsExactly(
                        new Analysis(List.of(20), 100, null, 1.0, 60, 600),
                        new Analysis(List.of(5, 50), 10, 3.0, null, 700, 700));
        assertThat(DeployService.ours("rollout.analysis.weights")).isEqualTo("config.analysis.steps");
        assertThat(DeployService.ours("rollout.analysis.min_requests")).isEqualTo("config.analysis.min_requests");
    }

    @Test
    void keepsFreezeWindowsAndSaysWhichOneIsOn() {
        FreezeWindow past = new FreezeWindow("past", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", null, null, null);
        FreezeWindow now = new FreezeWindow("now", "2020-01-01T00:00:00Z", "9000-01-01T00:00:00Z", null, null, null);
        FreezeWindow nights = new FreezeWindow("nights", null, null, "0 22 * * *", 480, "Europe/Berlin");
        environment("open", "production", null, null);
        environments.create(ALICE, frozen(List.of(past, now, nights)));

        assertThat(environments.get(ALICE, "closed").freezeWindows()).containsExactly(past, now, nights);
        assertThat(limits.frozen("ten_a", "closed"))
                .contains(new Environments.Freeze("now", Instant.parse("9000-01-01T00:00:00Z")));
        assertThat(limits.frozen("ten_a", "open")).isEmpty();
        assertThat(limits.frozen("ten_a", "unknown")).isEmpty();
        assertThat(limits.frozen("ten_b", "closed")).isEmpty();
        environments.update(ALICE, "closed", frozen(List.of(past)));
        assertThat(limits.frozen("ten_a", "closed")).isEmpty();
        assertThat(refused(() -> environments.update(ALICE, "closed", frozen(Arrays.asList(past, past, null)))))
                .extracting(FieldError::field)
                .containsExactly("config.freeze_windows[1].name", "config.freeze_windows[2]");
    }

    private static EnvironmentService.Draft frozen(List<FreezeWindow> windows) {
        return new EnvironmentService.Draft("closed", "production", null, null, false, null, null, windows);
    }

    @Test
    void namesAnEnvironmentThatDoesNotExistAsTheDocumentDoes() {
        catalog.create(ALICE, draft("shop"));

        assertThat(refused(() -> deploys.deploy(ALICE, "shop", order("invalid", 1, null, null))))
                .containsExactly(new FieldError("environment", "Environment 'invalid' does not exist"));
        assertThat(refused(() -> deploys.deploy(ALICE, "shop", order(null, 1, null, null))))
                .containsExactly(new FieldError("environment", "is needed"));
    }

    @Test
    void holdsDeploymentsToWhatTheEnvironmentHasLeft() {
        catalog.create(ALICE, draft("shop"));
        catalog.create(ALICE, draft("blog"));
        environment("staging", "staging", "2", "1Gi");
        deploys.deploy(ALICE, "blog", order("staging", 1, "1500m", "512Mi"));

        assertThat(refused(() -> deploys.deploy(ALICE, "shop", order("staging", 2, "300m", "256Mi"))))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.field()).isEqualTo("config.resources.cpu");
                    assertThat(error.message())
                            .isEqualTo("2 x 300m is more than the environment 'staging' has left: its limit is 2, and"
                                    + " other services have 1.5 of it");
                });
        assertThat(refused(() -> deploys.deploy(ALICE, "shop", order("staging", 1, "0.5", null))))
                .extracting(FieldError::field)
                .containsExactly("config.resources.memory");
        deploys.deploy(ALICE, "shop", order("staging", 2, "250m", "256Mi"));
        // its own instances make room for themselves
        deploys.deploy(ALICE, "shop", order("staging", 1, "0.5", "512Mi"));
    }

    @Test
    void saysWhatTheDeliveryRefusesInTheNamesOfTheDocument() {
        catalog.create(ALICE, draft("shop"));
        environment("staging", "staging", null, null);
        delivery.refusal = PlatformException.invalid("no", List.of(new FieldError("scale.replicas", "too many")));

        assertThat(refused(() -> deploys.deploy(ALICE, "shop", order("staging", 99, null, null))))
                .containsExactly(new FieldError("config.replicas", "too many"));
    }

    @Test
    void showsHowAServiceDoes() {
        catalog.create(ALICE, draft("shop"));
        environment("staging", "staging", null, null);
        environment("production", "production", null, null);
        deploys.deploy(ALICE, "shop", order("production", 2, null, null));
        deploys.deploy(ALICE, "shop", order("staging", 4, null, null));

        ServiceState well = catalog.get(ALICE, "shop");
        assertThat(well.shown().environment()).isEqualTo("production");
        assertThat(well.status()).isEqualTo(Status.RUNNING);
        assertThat(well.health().score()).isEqualTo(100);
        assertThat(well.cpuPercent()).isEqualTo(50);
        assertThat(well.memoryPercent()).isNull();

        delivery.down = 1;
        delivery.restarts = 2;
        ServiceState badly = catalog.get(ALICE, "shop");
        assertThat(badly.status()).isEqualTo(Status.DEGRADED);
        // (60 * 1/2 + 30 * 6/10 + 10 * 1) / 100
        assertThat(badly.health().score()).isEqualTo(58);
        delivery.down = 9;
        assertThat(catalog.get(ALICE, "shop").status()).isEqualTo(Status.DOWN);
    }

    @Test
    void listsByEnvironmentAndStatusPageByPage() {
        for (String id : List.of("a", "b", "c")) {
            catalog.create(ALICE, draft(id));
        }
        environment("staging", "staging", null, null);
        deploys.deploy(ALICE, "b", order("staging", 1, null, null));

        assertThat(ids(Query.ALL.in("staging"))).containsExactly("b");
        assertThat(ids(new Query(null, Status.NOT_DEPLOYED, null, null, Sort.ID, true, List.of())))
                .containsExactly("c", "a");
        var first = search.find(ALICE, Query.ALL, PageRequest.first(2)).page();
        var rest = search.find(
                        ALICE,
                        Query.ALL,
                        new PageRequest(2, 0, first.nextCursor().orElseThrow()))
                .page();
        assertThat(first.total()).isEqualTo(3);
        assertThat(rest.items()).extracting(state -> state.service().id()).containsExactly("c");
        assertThat(rest.nextCursor()).isEmpty();
        assertThat(search.find(BOB, Query.ALL, PageRequest.first(20)).page().total())
                .isZero();
    }

    @Test
    void findsByWordsInAnyOrderAndCounts() {
        catalog.create(ALICE, draft("orders", "mailer"));
        catalog.create(ALICE, draft("mailer"));
        catalog.create(ALICE, draft("zebra"));
        environment("staging", "staging", null, null);
        deploys.deploy(ALICE, "zebra", order("staging", 1, null, null));

        assertThat(ids(words("MAILER"))).containsExactly("mailer", "orders");
        assertThat(ids(words(" mailer  ORDERS "))).containsExactly("orders");
        assertThat(ids(words("%"))).isEmpty();
        assertThat(ids(words(""))).hasSize(3);
        assertThat(ids(new Query(null, null, "nobody at all", null, Sort.ID, false, List.of())))
                .isEmpty();
        Query newest = new Query(null, null, null, null, Sort.CREATED_AT, true, List.of(Facet.STATUS, Facet.OWNER));
        ServiceSearch.Found page = search.find(ALICE, newest, PageRequest.first(1));
        assertThat(page.page().items())
                .extracting(state -> state.service().id())
                .containsExactly("zebra");
        assertThat(page.facets().get(Facet.STATUS).values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(3);
        assertThat(page.facets().get(Facet.STATUS)).containsEntry("not_deployed", 2L);
        assertThat(page.facets().get(Facet.OWNER)).hasSize(1);
        catalog.delete(ALICE, "orders");
        PageRequest next = new PageRequest(5, 0, page.page().nextCursor().orElseThrow());
        assertThat(search.find(ALICE, newest, next).page().items())
                .extracting(state -> state.service().id())
                .containsExactly("mailer");
        PageRequest gone = new PageRequest(5, 0, "orders");
        assertThat(kind(() -> search.find(ALICE, newest, gone))).isEqualTo(ErrorKind.VALIDATION);
        assertThat(search.find(ALICE, Query.ALL, gone).page().items())
                .extracting(state -> state.service().id())
                .containsExactly("zebra");
    }

    private static Query words(String text) {
        return new Query(null, null, null, text, Sort.ID, false, List.of());
    }

    private List<String> ids(Query query) {
        return search.find(ALICE, query, PageRequest.first(20)).page().items().stream()
                .map(state -> state.service().id())
                .toList();
    }

    @Test
    void importsTheSameTwiceAndTouchesNothingOfOthers() {
        catalog.create(ALICE, draft("mine"));
        List<ServiceDraft> entries = List.of(draft("one"), draft("two"), draft("mine"));

        List<Imported> first = catalog.importAll(ALICE, "repo/catalog.yaml", entries, false);
        List<Imported> again = catalog.importAll(ALICE, "repo/catalog.yaml", entries, false);
        List<Imported> less = catalog.importAll(ALICE, "repo/catalog.yaml", List.of(draft("one", "db")), false);
        List<Imported> other = catalog.importAll(ALICE, "else", List.of(draft("one")), true);

        assertThat(first)
                .extracting(Imported::outcome)
                .containsExactly(Outcome.CREATED, Outcome.CREATED, Outcome.CONFLICT);
        assertThat(again)
                .extracting(Imported::outcome)
                .containsExactly(Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.CONFLICT);
        assertThat(less).extracting(Imported::outcome).containsExactly(Outcome.UPDATED, Outcome.ORPHAN);
        assertThat(other).extracting(Imported::outcome).containsExactly(Outcome.CONFLICT);
        assertThat(catalog.get(ALICE, "two").service().origin()).isEqualTo("repo/catalog.yaml");
    }

    @Test
    void importsAllOrNothing() {
        assertThat(refused(() -> catalog.importAll(ALICE, "s", List.of(draft("good"), draft("not good")), false)))
                .extracting(FieldError::field)
                .contains("services[1].id");
        assertThat(catalog.ids(ALICE)).isEmpty();
    }

    @Test
    void keepsEnvironmentsAndWhatIsDeployedInThem() {
        environment("staging", "staging", "10", "20Gi");
        catalog.create(ALICE, draft("shop"));
        deploys.deploy(ALICE, "shop", order("staging", 1, "1", "1Gi"));

        assertThat(kind(() -> environment("staging", "test", null, null))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(kind(() -> environments.delete(ALICE, "staging"))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(kind(() -> catalog.delete(ALICE, "shop"))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(kind(() -> environments.get(BOB, "staging"))).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(environments
                        .update(
                                ALICE,
                                "staging",
                                new EnvironmentService.Draft(null, "production", null, null, null, "5", null, null))
                        .type())
                .isEqualTo(Environment.Type.PRODUCTION);
        delivery.remove(ALICE, "shop", "staging");
        environments.delete(ALICE, "staging");
        assertThat(environments.list(ALICE)).isEmpty();
    }

    @Test
    void saysEverythingThatIsWrongWithAnEnvironment() {
        EnvironmentService.Draft bad =
                new EnvironmentService.Draft("Staging!", "nowhere", "a\u0001", null, null, "ten", "-1Gi", null);

        assertThat(refused(() -> environments.create(ALICE, bad)))
                .extracting(FieldError::field)
                .containsExactly(
                        "name", "type", "cluster", "config.resource_limits.cpu", "config.resource_limits.memory");
    }
}
