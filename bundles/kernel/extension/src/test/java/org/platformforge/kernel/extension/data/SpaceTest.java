package org.platformforge.kernel.extension.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.FelixExtensionRuntime;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.config.ExtensionSettings;
import org.platformforge.kernel.extension.wire.JsonValues;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** Each test has an extension of its own. */
class SpaceTest {
    private static final Map<DatabaseKind, StoreFixture> STORES = new HashMap<>();
    private static final JsonValues JSON = new JsonValues();
    private static PlatformThreads threads;

    @BeforeAll
    static void start() {
        threads = new PlatformThreads();
        for (DatabaseKind kind : DatabaseKind.values()) {
            STORES.put(kind, StoreFixture.open(kind, FelixExtensionRuntime.class));
        }
    }

    @AfterAll
    static void stop() {
        STORES.values().forEach(StoreFixture::close);
        threads.close();
    }

    private static Space space(DatabaseKind kind, String tenant, String extension) {
        return new Space(
                STORES.get(kind),
                threads,
                () -> new ExtensionSettings.Current(null, true, 1, 1, 1, 20, 100_000, Set.of(), 1, null),
                JSON,
                tenant,
                extension,
                () -> {});
    }

    private static DocumentStore notes(DatabaseKind kind, String tenant, String extension, String... indexed) {
        return new Documents(space(kind, tenant, extension), "notes", Set.of(indexed));
    }

    private static ErrorKind refused(ThrowableAssert.ThrowingCallable call) {
        PlatformException e = catchThrowableOfType(call, PlatformException.class);
        return e == null ? null : e.kind();
    }

    @ParameterizedTest
    @EnumSource
    void keepsTenantsAndExtensionsApart(DatabaseKind kind) {
        new KeyValues(space(kind, "ten_a", "x.apart")).put("key", "a");
        notes(kind, "ten_a", "x.apart").insert("doc", Map.of("text", "a"));
        for (Space other : List.of(space(kind, "ten_b", "x.apart"), space(kind, "ten_a", "y.apart"))) {
            KeyValueStore values = new KeyValues(other);
            assertThat(values.get("key")).isEmpty();
            assertThat(values.delete("key")).isFalse();
            assertThat(values.list("", PageRequest.first(10)).total()).isZero();
            DocumentStore notes = new Documents(other, "notes", Set.of());
            assertThat(notes.find("doc")).isEmpty();
            assertThat(notes.delete("doc")).isFalse();
            assertThat(refused(() -> notes.replace("doc", 0, Map.of()))).isEqualTo(ErrorKind.NOT_FOUND);
            assertThat(notes.list(Map.of(), PageRequest.first(10)).items()).isEmpty();
            assertThat(notes.insert("doc", Map.of("text", "b")).version()).isOne();
        }
        assertThat(new KeyValues(space(kind, "ten_a", "x.apart")).get("key"))
                .contains(new KeyValueStore.Entry("key", "a", 1));
    }

    @ParameterizedTest
    @EnumSource
    void changesValuesOnlyAsExpected(DatabaseKind kind) {
        KeyValueStore values = new KeyValues(space(kind, "ten_a", "x.values"));
        assertThat(values.compareAndSet("k", 1, "no")).isEmpty();
        assertThat(values.compareAndSet("k", 0, "one"))
                .map(KeyValueStore.Entry::version)
                .contains(1L);
        assertThat(values.compareAndSet("k", 0, "no")).isEmpty();
        assertThat(values.put("k", "two ✓").version()).isEqualTo(2);
        assertThat(values.compareAndSet("k", 2, "three"))
                .map(KeyValueStore.Entry::version)
                .contains(3L);
        assertThat(values.get("k")).map(KeyValueStore.Entry::value).contains("three");
        assertThat(values.delete("k")).isTrue();
        assertThat(values.get("k")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatCannotBeStored(DatabaseKind kind) {
        KeyValueStore values = new KeyValues(space(kind, "ten_a", "x.bounds"));
        for (String key : new String[] {null, "", "k".repeat(256), "a\0b", "\ud800"}) {
            assertThat(refused(() -> values.put(key, "v"))).isEqualTo(ErrorKind.VALIDATION);
        }
        for (String value : new String[] {null, "v".repeat((64 << 10) + 1), "é".repeat(40_000), "\0", "\udc00x"}) {
            assertThat(refused(() -> values.put("k", value))).isEqualTo(ErrorKind.VALIDATION);
        }
        DocumentStore notes = notes(kind, "ten_a", "x.bounds");
        Map<String, Object> itself = new LinkedHashMap<>();
        itself.put("again", itself);
        for (Map<String, ?> data : java.util.Arrays.<Map<String, ?>>asList(
                null,
                Map.of("x", new Object()),
                Map.of("x", Double.NaN),
                Map.of("x", "v".repeat(256 << 10)),
                Map.of("x", "\0"),
                itself)) {
            assertThat(refused(() -> notes.insert(data))).isEqualTo(ErrorKind.VALIDATION);
        }
        assertThat(refused(() -> notes.insert("", Map.of()))).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused(() -> new Documents(space(kind, "t", "x.y"), "No Good", Set.of())))
                .isEqualTo(ErrorKind.VALIDATION);
        for (String cursor : List.of("%%%", "eA")) {
            assertThat(refused(() -> notes.list(Map.of(), new PageRequest(1, 0, cursor))))
                    .isEqualTo(ErrorKind.MALFORMED);
        }
        assertThat(notes.list(Map.of(), PageRequest.first(10)).total()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void listsByPrefixAndPage(DatabaseKind kind) {
        KeyValueStore values = new KeyValues(space(kind, "ten_a", "x.list"));
        for (String key : List.of("a_1", "a_2", "a%3", "ax", "b", "A_1")) {
            values.put(key, key);
        }
        assertThat(values.list("a_", PageRequest.first(10)).items())
                .extracting(KeyValueStore.Entry::key)
                .containsExactly("a_1", "a_2");
        assertThat(values.list("a%", PageRequest.first(10)).items())
                .extracting(KeyValueStore.Entry::key)
                .containsExactly("a%3");
        List<String> all = new ArrayList<>();
        Page<KeyValueStore.Entry> page = values.list("", PageRequest.first(4));
        page.items().forEach(entry -> all.add(entry.key()));
        assertThat(page.total()).isEqualTo(6);
        values.list("", new PageRequest(4, 0, page.nextCursor().orElseThrow()))
                .items()
                .forEach(e -> all.add(e.key()));
        assertThat(all).containsExactly("A_1", "a%3", "a_1", "a_2", "ax", "b");
        assertThat(values.list("", new PageRequest(2, 4, null)).items()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void findsDocumentsByFieldsAlsoThoseOfVersionsThatDidNotKnowTheField(DatabaseKind kind) {
        DocumentStore old = notes(kind, "ten_a", "x.index");
        old.insert("1", Map.of("author", "ann", "pages", 3));
        old.insert("2", Map.of("author", "bob", "pages", 3.0, "done", true));
        assertThat(refused(() -> old.list(Map.of("author", "ann"), PageRequest.first(10))))
                .isEqualTo(ErrorKind.VALIDATION);

        DocumentStore fresh = notes(kind, "ten_a", "x.index", "author", "pages", "done", "long");
        assertThat(ids(fresh, Map.of("author", "ann"))).containsExactly("1");
        assertThat(ids(fresh, Map.of("pages", 3L))).containsExactly("1", "2");
        assertThat(ids(fresh, Map.of("pages", 3, "author", "bob"))).containsExactly("2");
        assertThat(ids(fresh, Map.of("done", true))).containsExactly("2");
        assertThat(ids(fresh, Map.of("done", "true"))).isEmpty();

        // the old version is back and writes on
        old.insert("3", Map.of("author", "ann"));
        old.replace("1", 1, Map.of("author", "cid"));
        old.delete("2");
        assertThat(ids(fresh, Map.of("author", "ann"))).containsExactly("3");
        assertThat(ids(fresh, Map.of("author", "cid"))).containsExactly("1");
        assertThat(ids(fresh, Map.of("author", "bob"))).isEmpty();
        String longText = "x".repeat(5000);
        fresh.insert("4", Map.of("long", longText, "author", List.of("no scalar")));
        assertThat(ids(fresh, Map.of("long", longText))).containsExactly("4");
        assertThat(ids(fresh, Map.of())).containsExactly("1", "3", "4");
        assertThat(refused(() -> ids(fresh, Map.of("author", List.of())))).isEqualTo(ErrorKind.VALIDATION);
    }

    private static List<String> ids(DocumentStore store, Map<String, ?> equal) {
        List<String> ids = new ArrayList<>();
        Page<DocumentStore.Document> page = store.list(equal, PageRequest.first(2));
        while (true) {
            page.items().forEach(document -> ids.add(document.id()));
            if (page.nextCursor().isEmpty()) {
                assertThat(page.total()).isEqualTo(ids.size());
                return ids;
            }
            page = store.list(equal, new PageRequest(2, 0, page.nextCursor().get()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesOnlyTheVersionThatWasRead(DatabaseKind kind) {
        DocumentStore notes = notes(kind, "ten_a", "x.replace");
        DocumentStore.Document first = notes.insert(Map.of("n", 1, "deep", Map.of("list", List.of(1, "two", true))));
        assertThat(first.id()).startsWith("doc-");
        assertThat(notes.find(first.id())).contains(first);
        assertThat(refused(() -> notes.insert(first.id(), Map.of()))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(notes.replace(first.id(), 1, Map.of("n", 2)).version()).isEqualTo(2);
        assertThat(refused(() -> notes.replace(first.id(), 1, Map.of("n", 3)))).isEqualTo(ErrorKind.CONFLICT);
        assertThat(notes.replace(first.id(), 0, Map.of("n", 3)).createdAt()).isEqualTo(first.createdAt());
    }

    @ParameterizedTest
    @EnumSource
    void holdsTheQuotaAndGivesRoomBack(DatabaseKind kind) {
        KeyValueStore values = new KeyValues(space(kind, "ten_a", "x.quota"));
        DocumentStore notes = notes(kind, "ten_a", "x.quota");
        for (int i = 0; i < 10; i++) {
            values.put("k" + i, "v");
            notes.insert("d" + i, Map.of());
        }
        assertThat(refused(() -> values.put("more", "v"))).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat(refused(() -> notes.insert(Map.of()))).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat(values.get("more")).isEmpty();
        values.put("k0", "changed");
        values.delete("k1");
        values.put("more", "v");
        assertThat(refused(() -> values.put("k2", "v".repeat(60_000)))).isNull();
        assertThat(refused(() -> values.put("k3", "v".repeat(60_000)))).isEqualTo(ErrorKind.UNPROCESSABLE);
        values.put("k2", "");
        assertThat(refused(() -> values.put("k3", "v".repeat(60_000)))).isNull();
        // another tenant has a quota of its own
        new KeyValues(space(kind, "ten_b", "x.quota")).put("k", "v".repeat(60_000));
    }

    @ParameterizedTest
    @EnumSource
    void countsEveryOneOfManyAtOnce(DatabaseKind kind) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            KeyValueStore values = new KeyValues(space(kind, "ten_a", "x.many"));
            all.add(clients.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    increment(values);
                }
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        clients.shutdown();
        assertThat(new KeyValues(space(kind, "ten_a", "x.many")).get("n"))
                .contains(new KeyValueStore.Entry("n", "80", 80));
    }

    private static void increment(KeyValueStore values) {
        while (true) {
            KeyValueStore.Entry before = values.get("n").orElse(new KeyValueStore.Entry("n", "0", 0));
            String next = String.valueOf(Integer.parseInt(before.value()) + 1);
            if (values.compareAndSet("n", before.version(), next).isPresent()) {
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void exportsAndErasesOneTenantsData(DatabaseKind kind) throws IOException {
        for (String tenant : List.of("ten_a", "ten_b")) {
            new KeyValues(space(kind, tenant, "x.export")).put("k", "line\nbreak");
            notes(kind, tenant, "x.export", "by").list(Map.of("by", "me"), PageRequest.first(1));
            notes(kind, tenant, "x.export", "by").insert("d", Map.of("by", "me"));
        }
        TenantData data = new TenantData(STORES.get(kind), JSON);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        data.export("ten_a", "x.export", out);
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        assertThat(lines).hasSize(2);
        assertThat(JSON.read(lines[0])).containsEntry("key", "k").containsEntry("value", "line\nbreak");
        assertThat(JSON.read(lines[1])).containsEntry("collection", "notes").containsEntry("data", Map.of("by", "me"));

        data.erase("ten_a", "x.export");
        out.reset();
        data.export("ten_a", "x.export", out);
        assertThat(out.size()).isZero();
        assertThat(ids(notes(kind, "ten_b", "x.export", "by"), Map.of("by", "me")))
                .containsExactly("d");
        assertThat(new KeyValues(space(kind, "ten_a", "x.export"))
                        .put("k", "again")
                        .version())
                .isOne();
    }
}
