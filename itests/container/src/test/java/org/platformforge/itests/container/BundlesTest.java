package org.platformforge.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** Every bundle runs, and ours are tied to nothing that would keep them from being swapped. */
public class BundlesTest extends InContainer {
    /** Resolved only, as features.xml says: Pax Web wants its packages, not its activator. */
    private static final Set<String> NOT_STARTED = Set.of("org.ops4j.pax.web.pax-web-compatibility-servlet31");

    private static final String BOOT_PACKAGES = "org/platformforge/extension/verifier/boot-packages.txt";

    @Test
    public void everyBundleIsActive() {
        List<String> others = bundles()
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .filter(bundle -> !fragment(bundle) || bundle.getState() != Bundle.RESOLVED)
                .filter(bundle -> !NOT_STARTED.contains(bundle.getSymbolicName()))
                .map(bundle -> bundle + " is in state " + bundle.getState())
                .toList();
        assertEquals(List.of(), others);
    }

    @Test
    public void everyPackageWeExportHasAVersion() {
        List<BundleCapability> exported =
                ourBundles().flatMap(BundlesTest::exports).toList();
        assertTrue("the kernel's API is there", exported.size() >= 5);
        assertEquals(
                List.of(),
                exported.stream()
                        .filter(export -> Version.emptyVersion.equals(
                                export.getAttributes().get(Constants.VERSION_ATTRIBUTE)))
                        .toList());
    }

    /**
     * What exports nothing is to be swapped alone: no wire of any kind may lead to it. Except for what says which feature sets
     * are licensed, which changes with the platform.
     */
    @Test
    public void nobodyIsWiredToWhatIsSwapped() {
        List<Bundle> swapped = ourBundles()
                .filter(bundle -> exports(bundle).findAny().isEmpty())
                .filter(bundle -> !bundle.getSymbolicName().equals("org.platformforge.kernel.license"))
                .toList();
        assertTrue("modules among " + swapped, swapped.size() >= 5);
        assertEquals(
                List.of(),
                swapped.stream()
                        .flatMap(bundle -> bundle.adapt(BundleWiring.class).getProvidedWires(null).stream())
                        .filter(wire -> !wire.getRequirer().getBundle().equals(context.getBundle()))
                        .map(BundleWire::toString)
                        .toList());
    }

    /** Whoever checks an extension's code has to know what the framework gives it without a wire. */
    @Test
    public void checksOfExtensionsKnowWhatLiesBeneathTheFramework() throws IOException {
        List<String> delegated = Stream.of(
                        context.getProperty(Constants.FRAMEWORK_BOOTDELEGATION).split(","))
                .map(String::strip)
                .distinct()
                .sorted()
                .toList();
        List<Bundle> checking = ourBundles()
                .filter(bundle -> bundle.getEntry(BOOT_PACKAGES) != null)
                .toList();
        assertTrue("those that check among " + checking, checking.size() >= 2);
        for (Bundle bundle : checking) {
            assertEquals(bundle.toString(), delegated, lines(bundle.getEntry(BOOT_PACKAGES)));
        }
    }

    private static List<String> lines(URL list) throws IOException {
        try (InputStream in = list.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .sorted()
                    .toList();
        }
    }

    private static Stream<BundleCapability> exports(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream();
    }

    private static boolean fragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }
}
