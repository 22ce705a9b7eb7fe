package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import acme.notes.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerifierTest {
    private static final String EVENT_LISTENER = "org.platformforge.extension.api.event.EventListener";

    private final ExtensionVerifier verifier = new ExtensionVerifier();

    @Test
    void acceptsAGoodBundle(@TempDir Path folder) throws IOException {
        byte[] bytes = Bundles.good()
                .type(Fixtures.Harmless.class)
                .type(inner("Colour"))
                .type(inner("Point"))
                .bytes();
        Path file = Files.write(folder.resolve("notes.jar"), bytes);

        Verification verification = verifier.verify(file);

        assertThat(verification.findings()).isEmpty();
        assertThat(verification.accepted()).isTrue();
        assertThat(verification.size()).isEqualTo(bytes.length);
        assertThat(verification.sha256()).hasSize(64);
        ExtensionManifest manifest = verification.manifest().orElseThrow();
        assertThat(manifest.id()).isEqualTo("acme.notes");
        assertThat(manifest.publisher()).isEqualTo("acme");
        assertThat(manifest.limits()).isEqualTo(new ExtensionManifest.Limits(16, 10));
    }

    private static Class<?> inner(String name) {
        return Arrays.stream(Fixtures.Harmless.class.getDeclaredClasses())
                .filter(type -> type.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void acceptsABundleWithPrivateLibraries() {
        Bundles main = Bundles.good();
        main.header("Import-Package", main.headers.get("Import-Package") + ",acme.base;version=\"[1.0,2)\"");
        Bundles library = Bundles.empty("acme.base", "1.0.0.beta")
                .header("Export-Package", "acme.base;version=1.0;uses:=\"java.util,javax.ws.rs\"");

        Verification verification = verifier.verify(archive(main, library));

        assertThat(verification.findings()).isEmpty();
        assertThat(verification.accepted()).isTrue();
    }

    @Test
    void allowsWhatThePermissionsSay() {
        Bundles bundle = Bundles.good()
                .yaml(Bundles.YAML + "permissions: {unsafe: [reflection, threads]}\n")
                .type(Fixtures.Reflects.class)
                .type(Fixtures.Threads.class);

        assertThat(verifier.verify(bundle.bytes()).findings()).isEmpty();
    }

    /** One bad artifact, and what the verifier must say of it; any other error would hide behind it. */
    record Case(String name, byte[] artifact, Set<Code> codes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case of(String name, Bundles bundle, Code... codes) {
        return new Case(name, bundle.bytes(), Set.of(codes));
    }

    private static Case of(String name, byte[] artifact, Code... codes) {
        return new Case(name, artifact, Set.of(codes));
    }

    private static byte[] archive(Bundles... bundles) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (Bundles bundle : bundles) {
            entries.put(bundle.headers.get("Bundle-SymbolicName") + entries.size() + ".jar", bundle.bytes());
        }
        return Bundles.zip(entries);
    }

    /** @param called a class, with slashes */
    private static Bundles code(String called) {
        return Bundles.good().entry("acme/notes/U.class", Hostile.calls(called));
    }

    private static Bundles code(Class<?> type) {
        return Bundles.good().type(type);
    }

    private static Bundles described(String xml) {
        return Bundles.good().header("Service-Component", "OSGI-INF/x.xml").entry("OSGI-INF/x.xml", xml);
    }

    private static String listener(String more) {
        return Bundles.description("acme.notes.Fixtures$Listener", EVENT_LISTENER, false)
                .replace("<implementation", more + "<implementation");
    }

    static List<Case> cases() throws IOException {
        byte[] good = Bundles.good().bytes();
        Bundles big = Bundles.good();
        for (int i = 0; i < 9; i++) {
            big.entry("zeros" + i, new byte[8 << 20]);
        }
        Map<String, byte[]> withText = new LinkedHashMap<>();
        withText.put("notes.jar", good);
        withText.put("README.txt", "x".getBytes(StandardCharsets.UTF_8));
        Bundles newer = Bundles.good();
        newer.entries.get("acme/notes/Fixtures$Listener.class")[7] = 66;
        Bundles renamed = Bundles.good().entry("acme/notes/Other.class", Bundles.bytes(Fixtures.Harmless.class));
        Bundles imports = Bundles.good();
        String imported = imports.headers.get("Import-Package");
        String manyKeys = Stream.iterate(0, i -> i + 1)
                .limit(300)
                .map(i -> "k" + i + ": 1\n")
                .reduce("", String::concat);
        return List.of(
                of("no archive", "hello".getBytes(StandardCharsets.UTF_8), Code.ARCHIVE_CORRUPT),
                of("nothing", new byte[0], Code.ARCHIVE_CORRUPT),
                of("something behind the end", Arrays.copyOf(good, good.length + 1), Code.ARCHIVE_CORRUPT),
                of("something before the start", Hostile.prefixed(good), Code.ARCHIVE_CORRUPT),
                of("wrong checksum", Hostile.wrongChecksum(good), Code.ARCHIVE_CORRUPT),
                of("two tables of contents", Hostile.otherLocalName(good), Code.ARCHIVE_CORRUPT),
                of("encrypted", Hostile.encrypted(good), Code.ARCHIVE_FEATURE),
                of("a million entries, says the end", Hostile.count(good, 0xffff), Code.ARCHIVE_FEATURE),
                of("10,001 entries", Hostile.entries(10_001), Code.TOO_LARGE),
                of("bomb of one entry", Bundles.good().entry("zeros", new byte[9 << 20]), Code.TOO_LARGE),
                of("bomb of some entries", big, Code.TOO_LARGE),
                of("climbing name", Bundles.good().entry("../../etc/passwd", "x"), Code.ENTRY_NAME),
                of("absolute name", Bundles.good().entry("/etc/passwd", "x"), Code.ENTRY_NAME),
                of("name of another system", Bundles.good().entry("a\\b", "x"), Code.ENTRY_NAME),
                of("drive name", Bundles.good().entry("C:x", "x"), Code.ENTRY_NAME),
                of("second manifest", Bundles.good().entry("META-INF/manifest.mf", "x"), Code.ENTRY_DUPLICATE),
                of("symbolic link", Hostile.symlink(good), Code.SYMLINK),
                of("library in the bundle", Bundles.good().entry("lib/x.jar", good), Code.NESTED_ARCHIVE),
                of("archive by another name", Bundles.good().entry("x.txt", good), Code.NESTED_ARCHIVE),
                of("text beside the bundle", Bundles.zip(withText), Code.UNEXPECTED_ENTRY),
                of("two extensions", archive(Bundles.good(), Bundles.good()), Code.BUNDLE_COUNT),
                of("no bundle", Bundles.zip(Map.of("a.txt", new byte[1])), Code.BUNDLE_COUNT, Code.UNEXPECTED_ENTRY),
                of(
                        "no manifest inside",
                        Bundles.zip(Map.of("a.jar", Bundles.zip(Map.of("x", new byte[1])))),
                        Code.BUNDLE_MANIFEST_SYNTAX),
                of(
                        "manifest of nonsense",
                        Bundles.zip(Map.of(Headers.PATH, "x\n\n".getBytes(StandardCharsets.UTF_8))),
                        Code.BUNDLE_MANIFEST_SYNTAX),
                of("half a quotation", Bundles.good().header("Export-Package", "a;x=\"b"), Code.BUNDLE_MANIFEST_SYNTAX),
                of(
                        "other symbolic name",
                        Bundles.good().header("Bundle-SymbolicName", "acme.other"),
                        Code.BUNDLE_SYMBOLIC_NAME),
                of(
                        "singleton",
                        Bundles.good().header("Bundle-SymbolicName", "acme.notes;singleton:=true"),
                        Code.BUNDLE_SYMBOLIC_NAME),
                of("other version", Bundles.good().header("Bundle-Version", "1.2.4"), Code.BUNDLE_VERSION),
                of(
                        "library without version",
                        archive(Bundles.good(), Bundles.empty("acme.base", "one")),
                        Code.BUNDLE_VERSION),
                of("activator", Bundles.good().header("Bundle-Activator", "a.B"), Code.BUNDLE_HEADER),
                of("fragment", Bundles.good().header("Fragment-Host", "system.bundle"), Code.BUNDLE_HEADER),
                of("required bundle", Bundles.good().header("Require-Bundle", "a"), Code.BUNDLE_HEADER),
                of("dynamic import", Bundles.good().header("DynamicImport-Package", "*"), Code.BUNDLE_HEADER),
                of("capitals", Bundles.good().header("dynamicimport-package", "*"), Code.BUNDLE_HEADER),
                of("class path", Bundles.good().header("Bundle-ClassPath", ".,lib/a.jar"), Code.BUNDLE_HEADER),
                of("blueprint", Bundles.good().entry("OSGI-INF/blueprint/a.xml", "<a/>"), Code.BUNDLE_HEADER),
                of("odd header", Bundles.good().header("Sealed", "true"), Code.BUNDLE_HEADER_UNKNOWN),
                of("native header", Bundles.good().header("Bundle-NativeCode", "a.so"), Code.NATIVE_CODE),
                of("native library", Bundles.good().entry("a.so", Hostile.elf()), Code.NATIVE_CODE),
                of("native method", code(Fixtures.Natives.class), Code.NATIVE_CODE),
                of(
                        "foreign export",
                        Bundles.good().header("Export-Package", "org.slf4j;version=9"),
                        Code.EXPORT_FOREIGN),
                of(
                        "libraries that clash",
                        archive(
                                Bundles.good(),
                                Bundles.empty("acme.base", "1.0.0")
                                        .header("Export-Package", "acme.notes;version=1")
                                        .type(Fixtures.Harmless.class)),
                        Code.EXPORT_CLASH),
                of("own export", Bundles.good().header("Export-Package", "acme.notes"), Code.EXPORT_NEEDLESS),
                of(
                        "import of the kernel",
                        Bundles.good().header("Import-Package", imported + ",org.platformforge.kernel.api.store"),
                        Code.IMPORT_NOT_ALLOWED),
                of(
                        "optional import",
                        Bundles.good().header("Import-Package", imported + ",sun.misc;resolution:=optional"),
                        Code.IMPORT_UNUSED),
                of(
                        "import twice",
                        Bundles.good().header("Import-Package", imported + ",java.util"),
                        Code.IMPORT_DUPLICATE),
                of(
                        "capability",
                        Bundles.good().header("Require-Capability", "osgi.serviceloader;filter:=\"(a=b)\""),
                        Code.REQUIREMENT_NOT_ALLOWED),
                of(
                        "service at resolve",
                        Bundles.good().header("Require-Capability", "osgi.service;filter:=\"(a=b)\""),
                        Code.REQUIREMENT_NOT_ALLOWED),
                of(
                        "provided capability",
                        Bundles.good().header("Provide-Capability", "platform.license;feature=all"),
                        Code.REQUIREMENT_NOT_ALLOWED),
                of("no extension", Bundles.empty("a", "1"), Code.MANIFEST_MISSING),
                of("no YAML", Bundles.good().yaml("a: [\n"), Code.MANIFEST_SYNTAX),
                of("aliases", Bundles.good().yaml("a: &a [1]\nb: *a\n"), Code.MANIFEST_SYNTAX),
                of("tags", Bundles.good().yaml("a: !!javax.script.ScriptEngineManager []\n"), Code.MANIFEST_SYNTAX),
                of("key twice", Bundles.good().yaml(Bundles.YAML + "name: Other\n"), Code.MANIFEST_SYNTAX),
                of(
                        "depth",
                        Bundles.good().yaml(Bundles.YAML + "configuration: " + "[".repeat(5000) + "\n"),
                        Code.MANIFEST_SYNTAX),
                of("unknown key", Bundles.good().yaml(Bundles.YAML + "permission: {}\n"), Code.MANIFEST_UNKNOWN_KEY),
                of(
                        "no version",
                        Bundles.good().yaml(Bundles.YAML.replace("version: 1.2.3\n", "")),
                        Code.MANIFEST_MISSING_KEY),
                of("two-part version", Bundles.good().yaml(Bundles.YAML.replace("1.2.3", "1.2")), Code.MANIFEST_VALUE),
                of(
                        "unknown licence",
                        Bundles.good().yaml(Bundles.YAML.replace("Apache-2.0", "Acme-1.0")),
                        Code.LICENSE_UNKNOWN),
                of(
                        "schema of nonsense",
                        Bundles.good()
                                .yaml(Bundles.YAML + "configuration: {type: object, properties: {a: {type: strin}}}\n"),
                        Code.CONFIGURATION_SCHEMA),
                of(
                        "schema that fetches",
                        Bundles.good()
                                .yaml(Bundles.YAML
                                        + "configuration: {type: object, allOf: [{$ref: 'http://10.0.0.1/x'}]}\n"),
                        Code.CONFIGURATION_SCHEMA),
                of(
                        "wrong default",
                        Bundles.good()
                                .yaml(
                                        Bundles.YAML
                                                + "configuration: {type: object, properties: {a: {type: string, default: 1}}}\n"),
                        Code.CONFIGURATION_SCHEMA),
                of(
                        "pattern without end",
                        Bundles.good()
                                .yaml(
                                        Bundles.YAML
                                                + "configuration: {type: object, properties: {a: {type: string, pattern: '^(a+)+$', default: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab}}}\n"),
                        Code.CONFIGURATION_SCHEMA),
                of("half a class", Bundles.good().entry("acme/notes/A.class", "x"), Code.CLASS_MALFORMED),
                of("class of another name", renamed, Code.CLASS_MALFORMED),
                of("newer class", newer, Code.CLASS_VERSION),
                of("reflection", code(Fixtures.Reflects.class), Code.CODE_PERMISSION),
                of("class loading", code(Fixtures.LoadsClasses.class), Code.CODE_PERMISSION),
                of("thread", code(Fixtures.Threads.class), Code.CODE_PERMISSION),
                of("common pool", code(Fixtures.CommonPool.class), Code.CODE_PERMISSION),
                of("common pool by a stage", code(Fixtures.StageOnTheCommonPool.class), Code.CODE_PERMISSION),
                of("common pool for both", code(Fixtures.BothOnTheCommonPool.class), Code.CODE_PERMISSION),
                of("time zones of all", code(Fixtures.AddsTimeZones.class), Code.CODE_FORBIDDEN),
                of("files", code(Fixtures.Files.class), Code.CODE_PERMISSION),
                of("sockets", code(Fixtures.Sockets.class), Code.CODE_PERMISSION),
                of("URL for a library", code(Fixtures.HandsOverAUrl.class), Code.CODE_PERMISSION),
                of("file for a library", code(Fixtures.HandsOverAFile.class), Code.CODE_PERMISSION),
                of("file for Java", code(Fixtures.HandsOverToJava.class), Code.CODE_PERMISSION),
                of("class loading by a library", code(Fixtures.LoadsClassesByName.class), Code.CODE_PERMISSION),
                of("replaces what all share", code(Fixtures.ReplacesThePlatforms.class), Code.CODE_FORBIDDEN),
                of("processes", code(Fixtures.Processes.class), Code.CODE_PERMISSION),
                of("environment", code(Fixtures.Environment.class), Code.CODE_PERMISSION),
                of("serialization", code(Fixtures.Serializes.class), Code.CODE_PERMISSION),
                of("exit", code(Fixtures.Exits.class), Code.CODE_FORBIDDEN),
                of("exit by method reference", code(Fixtures.ExitsBehindLambda.class), Code.CODE_FORBIDDEN),
                of("framework", code(Fixtures.ReachesFramework.class), Code.CODE_FORBIDDEN),
                of("finalizer", code(Fixtures.Finalizes.class), Code.CODE_FORBIDDEN),
                of("Unsafe", code("jdk/internal/misc/Unsafe"), Code.CODE_FORBIDDEN),
                of("beneath the framework", code("sun/misc/Signal"), Code.CODE_FORBIDDEN),
                of("checkpoint", code("org/platformforge/kernel/checkpoint/Checkpoint"), Code.CODE_FORBIDDEN),
                of(
                        "beneath the framework, with a class of the same package",
                        code("sun/misc/Signal").entry("sun/misc/Own.class", Hostile.empty("sun/misc/Own")),
                        Code.CODE_FORBIDDEN),
                of(
                        "package beneath the framework",
                        Bundles.good().entry("com/sun/tools/Own.class", Hostile.empty("com/sun/tools/Own")),
                        Code.CODE_FORBIDDEN),
                of(
                        "needless permission",
                        Bundles.good().yaml(Bundles.YAML + "permissions: {unsafe: [files]}\n"),
                        Code.PERMISSION_UNUSED),
                of("resource without @Api", code(Fixtures.WithoutApi.class), Code.RESOURCE_API),
                of("other dialect", code(Fixtures.OtherDialect.class), Code.RESOURCE_API),
                of("path outside", code(Fixtures.OutsidePath.class), Code.RESOURCE_PATH),
                of("method without @Endpoint", code(Fixtures.WithoutEndpoint.class), Code.RESOURCE_ENDPOINT),
                of("public route", code(Fixtures.Public.class), Code.RESOURCE_PERMISSION, Code.RESOURCE_ENDPOINT),
                of(
                        "description missing",
                        Bundles.good().header("Service-Component", "OSGI-INF/*.xml"),
                        Code.COMPONENT_SYNTAX,
                        Code.NO_EXTENSION_POINT),
                of(
                        "description with an entity",
                        described("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
                        Code.COMPONENT_SYNTAX,
                        Code.NO_EXTENSION_POINT),
                of("class missing", described(listener("").replace("$Listener'/>", "$Gone'/>")), Code.COMPONENT_SYNTAX),
                of(
                        "service of the platform",
                        described(listener("")
                                .replace("<service>", "<service><provide interface='javax.servlet.Filter'/>")),
                        Code.COMPONENT_SERVICE),
                of(
                        "reference to the platform",
                        described(
                                listener("<reference name='s' interface='org.platformforge.kernel.api.store.Store'/>")),
                        Code.COMPONENT_REFERENCE),
                of(
                        "needs configuration",
                        described(listener("").replace("name=", "configuration-policy='require' name=")),
                        Code.COMPONENT_REFERENCE),
                of("does nothing", Bundles.empty("acme.notes", "1.2.3").yaml(Bundles.YAML), Code.NO_EXTENSION_POINT),
                of(
                        "too many findings",
                        Bundles.good().yaml(Bundles.YAML + manyKeys),
                        Code.MANIFEST_UNKNOWN_KEY,
                        Code.MORE));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatIsWrong(Case bad) {
        Verification verification = verifier.verify(bad.artifact());

        assertThat(verification.findings()).extracting(Finding::code).isSubsetOf(bad.codes());
        assertThat(verification.findings()).extracting(Finding::code).containsAll(bad.codes());
        boolean warnings = bad.codes().stream().allMatch(code -> code.severity() == Finding.Severity.WARNING);
        assertThat(verification.accepted()).isEqualTo(warnings);
    }

    @Test
    void thereIsACaseForEveryCode() throws IOException {
        Set<Code> told = EnumSet.noneOf(Code.class);
        cases().forEach(one -> told.addAll(one.codes()));
        told.add(Code.UNREADABLE);

        assertThat(told).containsExactlyInAnyOrder(Code.values());
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void refusesWhatIsNoFile(Path path) {
        assertThat(verifier.verify(path).findings()).extracting(Finding::code).containsExactly(Code.UNREADABLE);
    }

    static Stream<Arguments> unreadable() {
        return Stream.of("/dev/zero", "/tmp", "/nowhere/x.jar").map(Path::of).map(Arguments::of);
    }

    @Test
    void tellsAllThatIsWrongWithAManifestAtOnce() {
        String yaml = """
                id: Acme
                name: 5
                version: 1.0
                category: games
                licence: MIT
                requires: {api: newest, extensions: {acme.base: "[2,1)"}}
                permissions: {events: ["*"], network: ["https://acme.example"], unsafe: [everything]}
                indexes: {Notes: [author]}
                limits: {concurrency: 0, call_seconds: 3600}
                """;
        ExtensionManifest.Reading reading = ExtensionManifest.read(yaml.getBytes(StandardCharsets.UTF_8));

        assertThat(reading.manifest()).isEmpty();
        assertThat(reading.findings())
                .extracting(Finding::where)
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "version",
                        "description",
                        "category",
                        "license",
                        "licence",
                        "requires.api",
                        "requires.extensions.acme.base",
                        "permissions.events",
                        "permissions.network",
                        "permissions.unsafe",
                        "indexes.Notes",
                        "limits.concurrency",
                        "limits.call_seconds");
    }
}
