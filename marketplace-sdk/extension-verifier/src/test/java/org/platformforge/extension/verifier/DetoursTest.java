package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import acme.notes.Detours;
import acme.notes.Fixtures;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules hold whoever the byte code names as a member's owner, and whatever way a class is named. */
class DetoursTest {
    private final ExtensionVerifier verifier = new ExtensionVerifier();

    /** @param told what the finding has to name: the member, and the permission or that there is none */
    record Detour(Code code, List<String> told, Class<?>... types) {
        @Override
        public String toString() {
            return types[0].getSimpleName();
        }
    }

    private static Detour needs(String permission, String member, Class<?>... types) {
        return new Detour(Code.CODE_PERMISSION, List.of(member, "permission " + permission), types);
    }

    static Stream<Detour> detours() {
        return Stream.of(
                needs("threads", "ConcurrentHashMap.reduceValuesToLong", Detours.Bulk.class),
                needs("threads", "ConcurrentHashMap.forEach", Detours.BulkForEach.class),
                needs("threads", "ConcurrentHashMap.searchKeys", Detours.BulkByReference.class),
                needs(
                        "threads",
                        "OwnerMap.reduceValues (of java.util.concurrent.ConcurrentHashMap)",
                        Detours.BulkOfOwn.class,
                        Detours.OwnerMap.class,
                        Detours.OwnMap.class),
                needs(
                        "threads",
                        "OwnerMap.reduceValues (of java.util.concurrent.ConcurrentHashMap)",
                        Detours.BulkOfOwnByReference.class,
                        Detours.OwnMap.class,
                        Detours.OwnerMap.class),
                needs(
                        "threads",
                        "Hidden.search (of java.util.concurrent.ConcurrentHashMap)",
                        Detours.Hidden.class,
                        Detours.Searchable.class),
                needs("threads", "StreamSupport.stream", Detours.ParallelSpliterator.class),
                needs("threads", "StreamSupport.stream", Detours.MaybeParallelSpliterator.class),
                needs("threads", "StreamSupport.stream", Detours.SpliteratorByReference.class),
                needs(
                        "threads",
                        "CopyOnWriteArrayList.parallelStream (of java.util.Collection)",
                        Detours.ParallelElsewhere.class),
                needs("threads", "parallelStream (of java.util.Collection)", Detours.ParallelView.class),
                needs("threads", "OwnList.parallelStream (of java.util.", Detours.OwnList.class),
                needs(
                        "files",
                        "OwnMapper.readValue (of com.fasterxml.jackson.databind.json.JsonMapper) of a java.io.File",
                        Detours.ReadsAFile.class,
                        Detours.OwnMapper.class),
                needs("classes", "ObjectMapper.activateDefaultTyping", Detours.TypesByDefault.class),
                needs(
                        "classes",
                        "OwnMapper.enableDefaultTyping (of com.fasterxml.jackson.databind.ObjectMapper)",
                        Detours.TypesByDefaultOfOwn.class,
                        Detours.OwnMapper.class),
                needs("classes", "activateDefaultTyping", Detours.TypesByBuilder.class),
                needs("classes", "JsonTypeInfo$Id.CLASS", Detours.TypedByName.class),
                needs("classes", "JsonTypeInfo$Id.MINIMAL_CLASS", Detours.TypedField.class),
                needs("classes", "JsonTypeInfo$Id.CLASS", Detours.TypedComponent.class),
                needs("classes", "JsonTypeInfo$Id.CLASS", Detours.TypedParameter.class),
                needs("threads", "java.lang.Thread", Detours.MakesAThread.class),
                needs("reflection", "ObjectMapper.setVisibility", Detours.ReadsPrivateFields.class),
                needs("reflection", "AnnotatedMethod.callOn", Detours.CallsByDescription.class),
                needs("reflection", "AnnotatedMember.getValue", Detours.GetsByDescription.class),
                needs("sockets", "CertStore.getInstance", Detours.AsksADirectory.class),
                needs("sockets", "CertPathValidator.getRevocationChecker", Detours.AsksWhoACertificateNames.class),
                needs("files", "DomainLoadStoreParameter", Detours.LoadsKeysByUrl.class),
                needs("sockets", "ClientBuilder.newClient", Detours.CallsByClient.class),
                needs("sockets", "URI.toURL", Detours.MakesAUrl.class),
                needs("files", "FileHandler", Detours.LogsToAFile.class));
    }

    private static Bundles code(Class<?>... types) {
        Bundles bundle = Bundles.good();
        Arrays.stream(types).forEach(bundle::type);
        return bundle;
    }

    @ParameterizedTest
    @MethodSource("detours")
    void saysWhichPermissionIsMissing(Detour detour) {
        List<Finding> findings = verifier.verify(code(detour.types).bytes()).findings();

        assertThat(findings).extracting(Finding::code).containsOnly(detour.code);
        assertThat(findings)
                .extracting(Finding::message)
                .anySatisfy(message -> assertThat(message).contains(detour.told));
        assertThat(findings).extracting(Finding::where).allMatch(where -> where.startsWith("acme/notes/Detours$"));
    }

    /** Whichever order the classes come in, also over the bounds of two bundles. */
    @Test
    void findsOwnersInOtherBundlesOfTheArtifact() {
        Bundles main = code(Detours.BulkOfOwn.class);
        main.header("Import-Package", main.headers.get("Import-Package") + ",acme.base;version=\"[1.0,2)\"");
        Bundles library = Bundles.empty("acme.base", "1.0.0")
                .header("Export-Package", "acme.base;version=1.0")
                .entry("acme/base/Any.class", Hostile.empty("acme/base/Any"))
                .type(Detours.OwnMap.class)
                .type(Detours.OwnerMap.class);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("main.jar", main.bytes());
        entries.put("library.jar", library.bytes());

        assertThat(verifier.verify(Bundles.zip(entries)).findings())
                .extracting(Finding::code)
                .contains(Code.CODE_PERMISSION);
    }

    @Test
    void takesWhatOnlyLooksLikeIt() {
        Bundles bundle = code(
                Detours.Right.class,
                Detours.Right.Shape.class,
                Detours.OwnMap.class,
                Detours.OwnMapper.class,
                Detours.Searchable.class,
                Detours.Namesakes.class,
                Detours.MoreNamesakes.class);
        bundle.entry("acme/notes/Detours$OwnList.class", Hostile.list("acme/notes/Detours$OwnList"));

        assertThat(verifier.verify(bundle.bytes()).findings()).isEmpty();
    }

    @Test
    void takesWhatIsPermitted() {
        Bundles bundle = code(Detours.Bulk.class, Detours.ReadsAFile.class, Detours.OwnMapper.class)
                .yaml(Bundles.YAML + "permissions: {unsafe: [threads, files]}\n");

        assertThat(verifier.verify(bundle.bytes()).findings()).isEmpty();
    }

    /** A class of one's own in it does not make a package of the platform's one's own. */
    @Test
    void holdsThePlatformsClassesToTheirRulesWhoeverElseIsInTheirPackage() {
        String own = "com/fasterxml/jackson/databind/type/Own";
        Bundles bundle = code(Fixtures.LoadsClassesByName.class).entry(own + ".class", Hostile.empty(own));

        assertThat(verifier.verify(bundle.bytes()).findings())
                .extracting(Finding::code)
                .containsOnly(Code.CODE_PERMISSION);
    }

    /** Nothing of the JDK that opens files or sockets, reads objects or runs scripts when it is handed a string. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "javax/naming/InitialContext",
                "javax/naming/ldap/InitialLdapContext",
                "javax/sql/rowset/RowSetProvider",
                "java/sql/DriverManager",
                "java/beans/XMLDecoder",
                "javax/imageio/ImageIO",
                "java/awt/Toolkit",
                "javax/xml/parsers/DocumentBuilderFactory",
                "javax/xml/transform/TransformerFactory",
                "org/w3c/dom/bootstrap/DOMImplementationRegistry",
                "java/util/prefs/Preferences",
                "java/rmi/Naming",
                "java/rmi/registry/LocateRegistry",
                "java/lang/management/ManagementFactory",
                "javax/management/MBeanServerFactory",
                "javax/management/remote/JMXConnectorFactory",
                "javax/script/ScriptEngineManager",
                "javax/tools/ToolProvider",
                "javax/net/ssl/SSLSocketFactory",
                "javax/crypto/SealedObject",
                "javax/security/auth/login/LoginContext",
                "javax/print/PrintServiceLookup",
                "javax/sound/sampled/AudioSystem",
                "java/net/http/HttpClient$Version",
                "java/util/spi/ToolProvider",
                "java/lang/module/ModuleFinder",
                "java/security/AuthProvider",
                "java/security/IdentityScope",
                "java/util/logging/LogManager",
                "com/fasterxml/jackson/databind/ext/DOMDeserializer$DocumentDeserializer",
                "com/sun/tools/attach/VirtualMachine",
                "com/sun/net/httpserver/HttpServer",
                "com/sun/management/HotSpotDiagnosticMXBean",
                "com/sun/jndi/ldap/LdapCtxFactory",
                "com/sun/security/auth/module/JndiLoginModule",
                "sun/net/www/protocol/http/HttpURLConnection",
                "sun/reflect/ReflectionFactory",
                "jdk/internal/reflect/Reflection",
                "jdk/jshell/JShell"
            })
    void refusesWhatOpensThingsByName(String type) {
        assertThat(verifier.verify(Bundles.good()
                                .entry("acme/notes/U.class", Hostile.calls(type))
                                .bytes())
                        .errors())
                .isNotEmpty();
    }

    /** The checkpoint lies beneath the framework: every bundle finds its classes without a wire. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/platformforge/kernel/checkpoint/Checkpoint",
                "org/platformforge/kernel/checkpoint/GuardedThread",
                "org/platformforge/kernel/checkpoint/CallEndedError",
                "com/sun/tools/attach/VirtualMachine",
                "org/apache/karaf/jaas/boot/ProxyLoginModule"
            })
    void refusesEvenTheNameOfWhatLiesBeneathTheFramework(String type) {
        assertThat(Hostile.mentions("acme/notes/U", type).entrySet()).hasSize(9).allSatisfy(way -> {
            List<Finding> findings = verifier.verify(Bundles.good()
                            .entry("acme/notes/U.class", way.getValue())
                            .bytes())
                    .findings();
            assertThat(findings).as(way.getKey()).extracting(Finding::code).containsOnly(Code.CODE_FORBIDDEN);
            assertThat(findings)
                    .as(way.getKey())
                    .extracting(Finding::message)
                    .allSatisfy(message -> assertThat(message).contains(type.replace('/', '.') + " "));
        });
    }
}
