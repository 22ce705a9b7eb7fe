package org.platformforge.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.FeatureState;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

/** The boot stage is complete, and what is installed later leaves everybody else alone. */
public class FeaturesTest extends InContainer {
    private static final String NAME = "itest.guest";
    private static final String WANTED = "net.sf.cglib.proxy;version=\"3.3.0\"";
    /** What feature:install asks for: that nobody is refreshed is up to the distribution's own settings. */
    private static final EnumSet<FeaturesService.Option> NO_OPTIONS = EnumSet.noneOf(FeaturesService.Option.class);

    @Inject
    private FeaturesService features;

    @Test
    public void everyFeatureIsStarted() throws Exception {
        Map<String, FeatureState> states = Stream.of(features.listInstalledFeatures())
                .collect(Collectors.toMap(
                        feature -> feature.getName(),
                        feature -> features.getState(feature.getId()),
                        (one, two) -> one));
        assertTrue(states.toString(), states.containsKey("forge-core"));
        states.values().removeIf(FeatureState.Started::equals);
        assertEquals(Map.of(), states);
    }

    /** The guest imports what the platform is wired to, and exports what CXF would take if it were resolved again. */
    @Test
    public void installingAndRemovingAFeatureRefreshesNobodyElse() throws Exception {
        Path folder = Files.createTempDirectory("guest");
        Path descriptor = feature(folder, jar(folder));
        Map<Bundle, Standing> before = standings();

        features.addRepository(descriptor.toUri());
        features.installFeature(NAME, "1.0.0", NO_OPTIONS);
        Bundle guest = guest();
        assertNotNull(guest);
        assertEquals(Bundle.ACTIVE, guest.getState());
        assertTrue("somebody would take " + WANTED, bundles().anyMatch(bundle -> wants(bundle, guest)));
        Map<Bundle, Standing> with = standings();
        with.remove(guest);
        assertEquals(List.of(), changes(before, with));

        features.uninstallFeature(NAME, "1.0.0", NO_OPTIONS);
        features.removeRepository(descriptor.toUri());
        assertNull(guest());
        assertEquals(List.of(), changes(before, standings()));
    }

    /** A refresh gives a bundle a new wiring, a restart a new context. */
    private record Standing(BundleWiring wiring, BundleContext context) {}

    private Map<Bundle, Standing> standings() {
        Map<Bundle, Standing> standings = new HashMap<>();
        bundles()
                .forEach(bundle -> standings.put(
                        bundle, new Standing(bundle.adapt(BundleWiring.class), bundle.getBundleContext())));
        return standings;
    }

    private static List<Bundle> changes(Map<Bundle, Standing> before, Map<Bundle, Standing> after) {
        return Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .filter(bundle -> !Objects.equals(before.get(bundle), after.get(bundle)))
                .toList();
    }

    private static boolean wants(Bundle bundle, Bundle guest) {
        BundleCapability offer = guest.adapt(BundleRevision.class)
                .getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)
                .get(0);
        return bundle.adapt(BundleRevision.class).getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .anyMatch(requirement -> requirement.matches(offer));
    }

    private Bundle guest() {
        return bundles()
                .filter(bundle -> bundle.getSymbolicName().equals(NAME))
                .findFirst()
                .orElse(null);
    }

    private static Path jar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, NAME);
        headers.putValue(Constants.BUNDLE_VERSION, "1.0.0");
        headers.putValue(
                Constants.IMPORT_PACKAGE,
                String.join(
                        ",",
                        List.of(
                                "org.platformforge.kernel.api",
                                "org.platformforge.extension.api.template",
                                "javax.ws.rs",
                                "javax.persistence",
                                "org.slf4j")));
        headers.putValue(Constants.EXPORT_PACKAGE, WANTED);
        Path jar = folder.resolve(NAME + ".jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    private static Path feature(Path folder, Path jar) throws IOException {
        return Files.writeString(folder.resolve("features.xml"), """
                <features name="%1$s" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                    <feature name="%1$s" version="1.0.0"><bundle>%2$s</bundle></feature>
                </features>
                """.formatted(NAME, jar.toUri()));
    }
}
