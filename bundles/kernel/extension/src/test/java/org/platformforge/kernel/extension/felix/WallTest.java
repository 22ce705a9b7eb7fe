package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.checkpoint.Checkpoint;
import org.platformforge.kernel.extension.fixture.Hello;
import org.platformforge.kernel.extension.fixture.Intruder;

/** What an extension's and the platform's bundles see of each other, with the eyes of their own bundle contexts. */
class WallTest {
    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of());
        runtime = platform.runtime();
    }

    @AfterEach
    void clear() {
        platform.clear();
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static Bundle started(ExtensionJar jar) {
        return platform.context()
                .getBundle(runtime.start(jar.release(folder)).bundleIds().get(0));
    }

    /** Making a wire takes as long as resolving the bundle, and of two threads that need it at once Felix fails one. */
    @Test
    void linksAnExtensionToTheCheckpointWithoutAWire() throws Exception {
        Bundle bundle = started(new ExtensionJar("acme.quiet", "1.0.0").classes(Intruder.class));

        assertThat(bundle.loadClass(Checkpoint.class.getName())).isSameAs(Checkpoint.class);
        assertThat(packages(bundle)).doesNotContain(Checkpoint.class.getPackageName());
    }

    private static List<Object> packages(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .map(wire -> wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                .toList();
    }

    @Test
    void showsAnExtensionItsOwnServicesAndItsContextAlone() throws Exception {
        Bundle one = started(Extensions.hello("1.0.0"));
        started(Extensions.hello("1.1.0"));
        started(Extensions.hostile());
        ServiceReference<?>[] seen = one.getBundleContext().getAllServiceReferences(null, null);
        assertThat(seen).hasSize(2);
        assertThat(seen)
                .anySatisfy(reference -> assertThat(reference.getBundle()).isEqualTo(one));
        assertThat(seen)
                .anySatisfy(reference -> assertThat((String[]) reference.getProperty("objectClass"))
                        .containsExactly(ExtensionContext.class.getName()));
        assertThat(one.getBundleContext().getServiceReference(ExtensionRuntime.class))
                .isNull();
    }

    @Test
    void tellsAnExtensionOfNoServiceOfOthers() throws Exception {
        Bundle one = started(Extensions.hello("1.0.0"));
        List<ServiceEvent> heard = new CopyOnWriteArrayList<>();
        ServiceListener listener = heard::add;
        one.getBundleContext().addServiceListener(listener);
        ServiceRegistration<Runnable> offered =
                platform.neighbour().getBundleContext().registerService(Runnable.class, () -> {}, null);
        started(Extensions.hostile());
        offered.unregister();
        one.getBundleContext().removeServiceListener(listener);
        assertThat(heard).isEmpty();
    }

    @Test
    void showsThePlatformNoServiceThatIsNoResource() throws Exception {
        BundleContext neighbour = platform.neighbour().getBundleContext();
        List<ServiceEvent> heard = new CopyOnWriteArrayList<>();
        neighbour.addServiceListener(heard::add);
        started(new ExtensionJar("mean.intruder", "1.0.0")
                .component(Intruder.class, List.of(Runnable.class.getName()), ""));
        started(new ExtensionJar("mean.intruder", "1.0.1")
                .component(Intruder.class, List.of(ExtensionCommand.class.getName(), Runnable.class.getName()), ""));
        started(new ExtensionJar("mean.intruder", "1.0.2")
                .component(
                        Intruder.class,
                        List.of(Runnable.class.getName()),
                        "<property name='osgi.jaxrs.resource' value='false'/>"));
        assertThat(heard).isEmpty();
        assertThat(neighbour.getServiceReference(Runnable.class)).isNull();
        assertThat(neighbour.getServiceReference(ExtensionCommand.class)).isNull();
        assertThat(neighbour.getAllServiceReferences(Runnable.class.getName(), null))
                .isNull();

        started(new ExtensionJar("mean.intruder", "1.0.3")
                .component(Intruder.class, List.of(ExtensionCommand.class.getName()), ""));
        // the runtime calls it, and nobody else
        assertThat(neighbour.getServiceReference(ExtensionCommand.class)).isNull();
        assertThat(heard).isEmpty();
    }

    @Test
    void givesThePlatformNoContextOfAnExtension() {
        BundleContext neighbour = platform.neighbour().getBundleContext();
        ServiceReference<ExtensionContext> reference = neighbour.getServiceReference(ExtensionContext.class);
        assertThat(neighbour.getService(reference)).isNull();
    }

    @Test
    void showsAnExtensionTheBundlesOfItsReleaseAlone() throws Exception {
        Bundle one = started(Extensions.hello("1.0.0"));
        Bundle other = started(Extensions.hello("1.1.0"));
        assertThat(one.getBundleContext().getBundles())
                .filteredOn(bundle -> bundle.getBundleId() != 0)
                .containsExactly(one);
        assertThat(one.getBundleContext().getBundle(other.getBundleId())).isNull();
        assertThat(platform.neighbour().getBundleContext().getBundles()).contains(one, other);
        List<Bundle> heard = new CopyOnWriteArrayList<>();
        one.getBundleContext().addBundleListener(event -> heard.add(event.getBundle()));
        started(Extensions.hostile());
        platform.neighbour().stop();
        platform.neighbour().start();
        assertThat(heard).isEmpty();
    }

    @Test
    void showsATrialToNobody() {
        List<Bundle> heard = new CopyOnWriteArrayList<>();
        platform.neighbour().getBundleContext().addBundleListener(event -> heard.add(event.getBundle()));
        runtime.plan(Extensions.hello("1.0.0").release(folder));
        assertThat(heard).isEmpty();
    }

    @Test
    void wiresNoBundleOfThePlatformToAnExtension() throws Exception {
        ExtensionRelease release = Extensions.hello("1.0.0")
                .library(new ExtensionJar("org.example.words", "1.0.0").header("Export-Package", "org.example.words"))
                .release(folder);
        runtime.start(release);
        Bundle wanting = platform.context()
                .installBundle(
                        "wanting",
                        new java.io.ByteArrayInputStream(new ExtensionJar("org.platformforge.wanting", "1.0.0")
                                .header("Import-Package", "org.example.words;resolution:=optional")
                                .header("DynamicImport-Package", "*")
                                .bytes()));
        wanting.start();
        assertThat(wanting.adapt(BundleWiring.class).getRequiredWires("osgi.wiring.package"))
                .isEmpty();
        assertThat(wanting.getResource("org/example/words")).isNull();
        wanting.uninstall();
        FrameworkWiring framework = platform.context().getBundle(0).adapt(FrameworkWiring.class);
        assertThat(framework.getDependencyClosure(platform.extensionBundles()))
                .containsExactlyInAnyOrderElementsOf(platform.extensionBundles());
    }

    @Test
    void letsTwoVersionsStandSideBySideThoughTheySayTheyMayNot() {
        Bundle one = started(Extensions.hello("1.0.0").header("Bundle-SymbolicName", "acme.hello;singleton:=true"));
        Bundle two = started(Extensions.hello("1.1.0").header("Bundle-SymbolicName", "acme.hello;singleton:=true"));
        assertThat(List.of(one.getState(), two.getState())).containsOnly(Bundle.ACTIVE);
    }

    @Test
    void servesResourcesUnderClassesOfTheirOwnOnly() throws Exception {
        BundleContext neighbour = platform.neighbour().getBundleContext();
        runtime.start(new ExtensionJar("acme.routes", "1.0.0")
                .component(Hello.class, List.of(Hello.class.getName()), "", ExtensionContext.class)
                .release(folder));
        assertThat(neighbour.getAllServiceReferences(Hello.class.getName(), null))
                .isNull();
        ServiceReference<?>[] resources = neighbour.getAllServiceReferences(null, "(osgi.jaxrs.resource=true)");
        assertThat(resources).isNull();
        assertThat(Arrays.stream(platform.context().getBundles())
                        .filter(bundle -> bundle.getLocation().startsWith(ExtensionRouting.LOCATION)))
                .hasSize(1);
    }
}
