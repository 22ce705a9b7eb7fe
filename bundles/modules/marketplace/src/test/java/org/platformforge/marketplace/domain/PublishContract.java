package org.platformforge.marketplace.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ACME;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;
import static org.platformforge.marketplace.testing.TestPlatform.artifact;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.testing.TestConfig;
import org.platformforge.marketplace.testing.TestPlatform;

/** What publishing and the catalogue promise, on the real store of either database. */
abstract class PublishContract {
    private final DatabaseKind kind;

    @TempDir
    Path data;

    private TestPlatform platform;

    PublishContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        platform = new TestPlatform(kind, data);
        platform.acme();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void refusesForeignNamespacesAndLooksAlikes() {
        assertThat(refused(() -> platform.publish(ALICE, artifact(manifest("acme.notes", "1.0.0")), false))
                        .kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(refused(() -> platform.publishers.create(ALICE, "acme", "x", null))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused(() -> platform.publishers.create(ALICE, "acrne", "x", null))
                        .details())
                .containsEntry("similar_to", "acme");
        assertThat(refused(() -> platform.publishers.create(ALICE, "kernel", "x", null))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused(() -> platform.publishers.addKey(ALICE, "acme", "k", TestPlatform.pem(TestPlatform.KEYS)))
                        .kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(platform.publishers.create(ALICE, "acne", "Skin", null).similarTo())
                .isEqualTo("acme");
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_release")).isZero();
    }

    @Test
    void refusesASignatureOfAnotherVersionAndStoresNothing() throws IOException {
        byte[] content = artifact(manifest("acme.notes", "1.0.1"));
        try (ArtifactStore.Staged staged = platform.artifacts.stage(new ByteArrayInputStream(content))) {
            String replayed = platform.sign("acme.notes", "1.0.0", staged.sha256());
            PlatformException refusal = refused(() -> platform.publishing.publish(ACME, staged, replayed, null, false));
            assertThat(refusal.details().get("findings").toString()).contains("SIGNATURE_INVALID");
        }
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_release")).isZero();
        assertThat(platform.count("SELECT COUNT(*) FROM store_artifact_chunk")).isZero();
        try (Stream<Path> files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void refusesASignatureOfARevokedKey() {
        String key = platform.publishers.keys("acme").get(0).id();
        platform.publishers.revokeKey(ACME, "acme", key);

        PlatformException refusal = refused(() -> platform.publish(manifest("acme.notes", "1.0.0")));

        assertThat(refusal.details().get("findings").toString()).contains("SIGNATURE_REVOKED");
        assertThat(refused(() -> platform.publishers.addKey(ACME, "acme", "again", TestPlatform.pem(TestPlatform.KEYS)))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void tellsEverythingThatIsWrongAtOnce() {
        Map<String, Object> bad = manifest("nobody.notes", "1.0");
        bad.put("bad", List.of("one", "two"));

        PlatformException refusal = refused(() -> platform.publish(ACME, artifact(bad), false));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat((List<?>) refusal.details().get("findings")).hasSize(4);
    }

    @Test
    void keepsTheContentOfAVersionForEver() {
        PublishService.Published first = platform.publish(manifest("acme.notes", "1.0.0"));
        PublishService.Published again = platform.publish(manifest("acme.notes", "1.0.0"));
        Map<String, Object> other = manifest("acme.notes", "1.0.0");
        other.put("description", "other");

        assertThat(first.created()).isTrue();
        assertThat(again.created()).isFalse();
        assertThat(refused(() -> platform.publish(other)).code()).contains("VERSION_EXISTS");
        platform.publishing.yank(ACME, "acme.notes", "1.0.0", "broken");
        assertThat(refused(() -> platform.publish(other)).code()).contains("VERSION_EXISTS");
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.published'"))
                .isOne();
    }

    /** Keys change, contents do not: what is there is signed anew, and what was stopped for the old key serves again. */
    @Test
    void signsWhatIsPublishedWithANewKey() {
        platform.settings.modified(TestConfig.standard().withdrawnTrustStops(true));
        platform.publish(manifest("acme.notes", "1.0.0"));
        platform.publish(ACME, artifact(manifest("acme.notes", "1.0.1")), false);
        platform.installed(ALICE, "acme.notes", "1.0.0");
        platform.domain.reconcile();
        String old = platform.publishers.keys("acme").get(0).id();
        KeyPair next = TestPlatform.keyPair();
        String key = platform.publishers
                .addKey(ACME, "acme", "next", TestPlatform.pem(next))
                .id();
        platform.publishers.revokeKey(ACME, "acme", old);
        platform.domain.poll();
        assertThat(platform.runtime.serving("ten_a", "acme.notes")).isNull();

        for (String version : List.of("1.0.0", "1.0.1")) {
            PublishService.Published again = platform.publish(ACME, artifact(manifest("acme.notes", version)), next);
            assertThat(again.created()).isFalse();
            assertThat(again.release().keyId()).isEqualTo(key);
        }
        platform.domain.poll();

        assertThat(platform.catalogue.get(BOB, "acme.notes").versions())
                .extracting(CatalogueService.Version::signature)
                .containsOnly(Release.Signature.SIGNED);
        assertThat(platform.runtime.serving("ten_a", "acme.notes")).isEqualTo("1.0.0");
        platform.installed(BOB, "acme.notes", "1.0.1");
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.signed'"))
                .isEqualTo(2);
        // without a signature the one that is there stays
        assertThat(platform.publish(ACME, artifact(manifest("acme.notes", "1.0.0")), false)
                        .release()
                        .keyId())
                .isEqualTo(key);
    }

    @Test
    void fetchesWhatIsMissingOrTamperedWith() throws IOException {
        Release release = platform.publish(manifest("acme.notes", "1.0.0")).release();
        byte[] content = Files.readAllBytes(platform.file(release.sha256()));

        platform.tamper(release.sha256());
        assertThat(Files.readAllBytes(platform.artifacts.file(release.tenantId(), release.digest())))
                .isEqualTo(content);
        Files.delete(platform.file(release.sha256()));
        assertThat(Files.readAllBytes(platform.artifacts.file(release.tenantId(), release.digest())))
                .isEqualTo(content);
    }

    @Test
    void showsDraftsToTheirPublisherAlone() {
        Map<String, Object> request =
                new LinkedHashMap<>(Map.of("name", "My Extension", "version", "1.0.0", "category", "analytics"));
        PublishService.Published draft = platform.publishing.draft(ACME, request);

        assertThat(draft.release().extensionId()).isEqualTo("acme.my-extension");
        assertThat(draft.release().state()).isEqualTo(Release.State.DRAFT);
        assertThat(platform.catalogue.get(ACME, "acme.my-extension").versions()).hasSize(1);
        assertThat(refused(() -> platform.catalogue.get(BOB, "acme.my-extension"))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> platform.publishing.yank(BOB, "acme.my-extension", "1.0.0", "x"))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(list(BOB, null, CatalogueSort.NEWEST).items()).isEmpty();
        PlatformException early = refused(() -> platform.publishing.release(ACME, "acme.my-extension", "1.0.0"));
        assertThat(early.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(early.code()).isEmpty();
        assertThat(early.details()).containsEntry("state", "draft");
    }

    @Test
    void listsBySearchAndPagesWithoutGaps() {
        for (int i = 1; i <= 5; i++) {
            platform.publish(manifest("acme.notes-" + (char) ('a' + i), "1.0.0"));
        }
        PageRequest two = PageRequest.first(2);
        Page<CatalogueService.Listing> first = platform.catalogue.list(
                BOB,
                new CatalogueService.Query("productivity", "notes TEAMS", CatalogueSort.POPULAR, false, false),
                two);
        Page<CatalogueService.Listing> second = platform.catalogue.list(
                BOB,
                CatalogueService.Query.by(CatalogueSort.POPULAR),
                new PageRequest(2, 0, first.nextCursor().orElseThrow()));

        assertThat(first.total()).isEqualTo(5);
        assertThat(ids(first)).containsExactly("acme.notes-b", "acme.notes-c");
        assertThat(ids(second)).containsExactly("acme.notes-d", "acme.notes-e");
        assertThat(list(BOB, "100%", CatalogueSort.RATING).items()).isEmpty();
        CatalogueService.Query nonsense =
                new CatalogueService.Query("nonsense", null, CatalogueSort.NEWEST, false, false);
        assertThat(refused(() -> platform.catalogue.list(BOB, nonsense, PageRequest.first(10)))
                        .fields())
                .singleElement()
                .satisfies(one -> assertThat(one.field()).isEqualTo("category"));
        assertThat(ids(list(BOB, null, CatalogueSort.NEWEST)).get(0)).isEqualTo("acme.notes-f");
        assertThat(refused(() -> platform.catalogue.list(
                                BOB,
                                CatalogueService.Query.by(CatalogueSort.NEWEST),
                                new PageRequest(2, 0, first.nextCursor().orElseThrow())))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
    }

    @Test
    void tellsOfCompatibilityTrustAndAdvisories() {
        Map<String, Object> future = manifest("acme.notes", "1.0.0");
        future.put("requires", Map.of("api", "[9,10)"));
        platform.publish(future);
        platform.publishing.advise(ACME, "acme.notes", "[1.0,1.0.1)", "high", "Loses notes");

        CatalogueService.Detail detail = platform.catalogue.get(BOB, "acme.notes");

        assertThat(detail.versions().get(0).compatible()).isFalse();
        assertThat(detail.versions().get(0).signature()).isEqualTo(Release.Signature.SIGNED);
        assertThat(detail.publisher().trusted()).isTrue();
        assertThat(detail.advisories())
                .singleElement()
                .satisfies(a -> assertThat(a.severity()).isEqualTo("high"));
        assertThat(refused(() -> platform.publishing.advise(BOB, "acme.notes", "[1.0,2)", "low", "x"))
                        .kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
    }

    @Test
    void takesBackItsOwnAdvisoriesAndNoBlocks() {
        platform.publish(manifest("acme.notes", "1.0.0"));
        String id = platform.publishing
                .advise(ACME, "acme.notes", "1.0.0", "low", "Slow")
                .id();
        String block =
                platform.blocks.block(OPERATOR, "acme.notes", "1.0.0", "bad").id();

        assertThat(refused(() -> platform.publishing.withdrawAdvisory(BOB, "acme.notes", id))
                        .kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(refused(() -> platform.publishing.withdrawAdvisory(ACME, "acme.notes", block))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        platform.publishing.withdrawAdvisory(ACME, "acme.notes", id);

        assertThat(platform.catalogue.get(BOB, "acme.notes").advisories())
                .extracting(Advisory::id)
                .containsExactly(block);
    }

    @Test
    void listsWhatRunsHereWhenAsked() {
        for (String api : List.of("[1.0,2)", "^1.0.0", "[9,10)")) {
            String id = "acme.for-" + (api.startsWith("[9") ? "later" : api.startsWith("^") ? "now" : "today");
            Map<String, Object> manifest = manifest(id, "1.0.0");
            manifest.put("requires", Map.of("api", api));
            platform.publish(manifest);
        }
        CatalogueService.Query compatible = new CatalogueService.Query(null, null, CatalogueSort.POPULAR, false, true);

        Page<CatalogueService.Listing> found = platform.catalogue.list(BOB, compatible, PageRequest.first(10));

        assertThat(ids(found)).containsExactly("acme.for-now", "acme.for-today");
        assertThat(found.total()).isEqualTo(2);
        assertThat(ids(list(BOB, null, CatalogueSort.POPULAR))).hasSize(3);

        // what is listed is what counts: an earlier version that runs here comes back when the later one is yanked
        Map<String, Object> next = manifest("acme.for-now", "2.0.0");
        next.put("requires", Map.of("api", "[2,3)"));
        platform.publish(next);
        assertThat(ids(platform.catalogue.list(BOB, compatible, PageRequest.first(10))))
                .containsExactly("acme.for-today");
        platform.publishing.yank(ACME, "acme.for-now", "2.0.0", "too early");
        assertThat(ids(platform.catalogue.list(BOB, compatible, PageRequest.first(10))))
                .containsExactly("acme.for-now", "acme.for-today");
        assertThat(platform.catalogue
                        .list(
                                BOB,
                                new CatalogueService.Query(null, "no-such", CatalogueSort.RATING, false, true),
                                PageRequest.first(1))
                        .items())
                .isEmpty();
    }

    @Test
    void refusesTextThatNoDatabaseStores() {
        Map<String, Object> manifest = manifest("acme.notes", "1.0.0");
        manifest.put("permissions", Map.of("events", List.of("a\u0000b")));

        PlatformException refusal = refused(() -> platform.publishing.draft(ACME, manifest));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat(refusal.details().get("findings").toString()).contains("permissions.events");
        assertThat(refused(() -> platform.publishers.addKey(ACME, "acme", "k".repeat(129), "x"))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
    }

    @Test
    void refusesCursorsItDidNotMake() {
        for (String plain : List.of(
                "POPULAR|1|acme\u0000",
                "POPULAR|99999999999999999999|acme.notes",
                "POPULAR|1|" + "x".repeat(500),
                "+1000000000-12-31T23:59:59Z|inst_1",
                "2026-01-02T03:04:05Z|inst_\u0000")) {
            PageRequest page = new PageRequest(2, 0, Base64.getUrlEncoder().encodeToString(plain.getBytes(UTF_8)));
            assertThat(refused(() -> platform.catalogue.list(
                                    BOB, CatalogueService.Query.by(CatalogueSort.POPULAR), page))
                            .kind())
                    .as(plain)
                    .isEqualTo(ErrorKind.VALIDATION);
            assertThat(refused(() -> platform.reader.list(BOB, null, page)).kind())
                    .as(plain)
                    .isEqualTo(ErrorKind.VALIDATION);
        }
    }

    private Page<CatalogueService.Listing> list(
            org.platformforge.kernel.api.Caller caller, String search, CatalogueSort sort) {
        return platform.catalogue.list(
                caller, new CatalogueService.Query(null, search, sort, false, false), PageRequest.first(10));
    }

    private static List<String> ids(Page<CatalogueService.Listing> page) {
        return page.items().stream().map(listing -> listing.extension().id()).toList();
    }

    private static PlatformException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(PlatformException.class, work);
    }

    @Test
    void holdsTheArtifactsOfReleasesForTheirPublisherOnly() {
        platform.publish(manifest("acme.notes", "1.0.0"));
        String published = "sha256:"
                + platform.database.call(
                        Store.ALL_TENANTS,
                        tx -> Sql.first(tx.connection(), "SELECT sha256 FROM mkt_release", row -> row.getString(1))
                                .orElseThrow());
        String other = "sha256:" + "0".repeat(64);
        HeldArtifacts holder = new HeldArtifacts(platform.database);

        assertThat(holder.held(ACME.tenantId(), Set.of(published, other))).containsExactly(published);
        assertThat(holder.held(BOB.tenantId(), Set.of(published))).isEmpty();
    }
}
