package org.platformforge.kernel.license.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.license.LicenseStatus.State;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.license.Vendor;

/** The wall in a real Felix: this bundle as it was built, with a vendor's key in it. */
class LicenseWallTest {
    private static final Path CLASSES = Path.of("target/classes");

    @TempDir
    Path temp;

    private final Vendor vendor;
    private Framework framework;
    private Bundle own;

    LicenseWallTest() throws Exception {
        vendor = new Vendor();
    }

    @BeforeEach
    void start() throws Exception {
        Map<String, String> config = new HashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, temp.resolve("cache").toString());
        config.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, imports());
        config.put("felix.cache.locking", "false");
        config.put("forge.data", temp.resolve("data").toString());
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(config);
        framework.start();
        own = framework.getBundleContext().getBundle("license");
        if (own == null) {
            own = framework.getBundleContext().installBundle("license", new ByteArrayInputStream(withKey()));
            own.start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(20));
    }

    @Test
    void letsCommunitySetsResolveAndNoOther() throws Exception {
        assertThat(resolves(module("admin", "forge-admin"))).isTrue();
        assertThatThrownBy(() -> module("billing", "forge-billing").start())
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("platform.license")
                .hasMessageContaining("forge-billing");
    }

    @Test
    void letsALicensedSetResolveAsSoonAsTheLicenceIsThereAndAfterARestart() throws Exception {
        Bundle billing = module("billing", "forge-billing");
        assertThat(resolves(billing)).isFalse();

        install(vendor.current("forge-billing"));
        assertThat(resolves(billing)).isTrue();
        assertThat(resolves(module("telemetry", "forge-telemetry"))).isFalse();

        stop();
        start();
        assertThat(status().state()).isEqualTo(State.VALID);
        assertThat(framework.getBundleContext().getBundle("billing").getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void resolvesNobodyWhoClaimsToHaveLicencesToGive() throws Exception {
        Bundle forged =
                bundle("forged", Map.of(Constants.PROVIDE_CAPABILITY, "platform.license;feature=\"forge-billing\""));
        Bundle billing = module("billing", "forge-billing");

        assertThat(resolves(forged)).isFalse();
        assertThat(resolves(billing)).isFalse();
    }

    @Test
    void doesNotTrustACapabilityThatLooksLikeItsOwn() throws Exception {
        bundle(
                "platform.license:forge-billing",
                Map.of(
                        Constants.BUNDLE_SYMBOLICNAME, "org.platformforge.license.forge-billing",
                        Constants.PROVIDE_CAPABILITY, "platform.license;feature=\"forge-billing\""));

        assertThat(resolves(module("billing", "forge-billing"))).isFalse();
        stop();
        start();
        assertThat(framework.getBundleContext().getBundle("platform.license:forge-billing"))
                .isNull();
        assertThat(framework.getBundleContext().getBundle("billing").getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void seesWhatWasResolvedWhileItWasAway() throws Exception {
        own.stop();
        bundle("forged", Map.of(Constants.PROVIDE_CAPABILITY, "platform.license;feature=\"forge-billing\""));
        Bundle billing = module("billing", "forge-billing");
        assertThat(resolves(billing)).as("without the wall").isTrue();

        own.start();

        Awaitility.await().until(() -> billing.getState() == Bundle.INSTALLED);
    }

    @Test
    void givesNothingForALicenceFileThatWasTamperedWith() throws Exception {
        install(vendor.current("forge-billing"));
        assertThat(resolves(module("billing", "forge-billing"))).isTrue();
        stop();
        Path file = temp.resolve("data/license/license.json");
        Files.writeString(file, Files.readString(file).replace("Acme", "Evil"));
        start();

        assertThat(status().state()).isEqualTo(State.INVALID);
        assertThat(status().problem()).contains("signature does not fit");
        assertThat(framework.getBundleContext().getBundle("billing").getState()).isEqualTo(Bundle.INSTALLED);
    }

    private boolean resolves(Bundle bundle) {
        try {
            bundle.start();
            return true;
        } catch (BundleException e) {
            assertThat(e.getType()).isEqualTo(BundleException.RESOLVE_ERROR);
            return false;
        }
    }

    private LicenseStatus status() throws Exception {
        return ((Licensing) service(Licensing.class.getName())).status();
    }

    /** By the service's own class, which only its bundle has. */
    private void install(byte[] file) throws Exception {
        Object licenses = service("org.platformforge.kernel.license.Licenses");
        licenses.getClass().getMethod("install", byte[].class).invoke(licenses, (Object) file);
    }

    private Object service(String type) throws InvalidSyntaxException {
        return framework
                .getBundleContext()
                .getService(framework.getBundleContext().getAllServiceReferences(type, null)[0]);
    }

    private Bundle module(String name, String set) throws Exception {
        return bundle(name, Map.of(Constants.REQUIRE_CAPABILITY, "platform.license;filter:=\"(feature=" + set + ")\""));
    }

    private Bundle bundle(String location, Map<String, String> headers) throws Exception {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.putValue("Manifest-Version", "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, location);
        headers.forEach(attributes::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.flush();
        }
        return framework.getBundleContext().installBundle(location, new ByteArrayInputStream(bytes.toByteArray()));
    }

    private byte[] withKey() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest());
                Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = CLASSES.relativize(file).toString();
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    jar.putNextEntry(new ZipEntry(name));
                    jar.write(Files.readAllBytes(file));
                }
            }
            jar.putNextEntry(new ZipEntry("license-keys/test.pem"));
            jar.write(vendor.publicPem().getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private static Manifest manifest() throws IOException {
        try (InputStream in = Files.newInputStream(CLASSES.resolve("META-INF/MANIFEST.MF"))) {
            Manifest manifest = new Manifest(in);
            // the component runtime is not here
            String requirements = manifest.getMainAttributes().getValue(Constants.REQUIRE_CAPABILITY);
            manifest.getMainAttributes()
                    .putValue(
                            Constants.REQUIRE_CAPABILITY,
                            Stream.of(requirements.split(",(?=[a-z.]+;)"))
                                    .filter(clause -> clause.startsWith("osgi.ee"))
                                    .collect(Collectors.joining(",")));
            return manifest;
        }
    }

    /** What this bundle imports, at the versions it asks for, from the test's class path. */
    private static String imports() throws IOException {
        String imports = manifest().getMainAttributes().getValue(Constants.IMPORT_PACKAGE);
        return Stream.of(imports.split(",(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
                .filter(clause -> !clause.startsWith("org.osgi.framework"))
                .map(clause -> clause.replaceAll("version=\"\\[([^,]+),.*\"", "version=\"$1\"")
                        .replaceAll("version=\"\\[([^\"]+)\"", "version=\"$1\""))
                .collect(Collectors.joining(","));
    }
}
