package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.equinox.internal.region.StandardRegionDigraph;
import org.eclipse.equinox.region.Region;
import org.eclipse.equinox.region.RegionDigraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.bundle.EventHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.fixture.Hello;

/** With the hooks of Karaf's regions, as in the distribution. */
class RegionTest {
    private static final String HELD = "held";

    @TempDir
    Path folder;

    private final CountDownLatch installing = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void startsAnExtensionInTheMomentInWhichAnotherBundleIsInstalled() throws Exception {
        try (TestPlatform platform = new TestPlatform(folder.resolve("felix"), Map.of())) {
            Region region = regions(platform.context());
            ExtensionRuntime runtime = platform.runtime();
            ExtensionRelease release = new ExtensionJar("acme.hello", "1.0.0")
                    .component(Hello.class, ExtensionCommand.class, ExtensionContext.class)
                    .release(folder);
            CompletableFuture<Bundle> other = CompletableFuture.supplyAsync(() -> install(platform.context()));
            assertThat(installing.await(20, TimeUnit.SECONDS)).isTrue();

            ExtensionRuntime.Plan plan = runtime.plan(release);
            runtime.start(release);

            assertThat(plan.problems()).isEmpty();
            assertThat(runtime.running()).hasSize(1);
            goOn.countDown();
            assertThat(region.contains(other.get(20, TimeUnit.SECONDS))).isTrue();
            platform.clear();
            for (long id : region.getBundleIds()) {
                assertThat(platform.context().getBundle(id)).as("bundle %s", id).isNotNull();
            }
        } finally {
            goOn.countDown();
        }
    }

    /** As Karaf does; and before its hook one that stops in the moment before a bundle gets its region. */
    private Region regions(BundleContext context) throws BundleException {
        StandardRegionDigraph digraph = new StandardRegionDigraph(context, new ThreadLocal<>());
        Region root = digraph.createRegion("root");
        for (Bundle bundle : context.getBundles()) {
            root.addBundle(bundle);
        }
        context.registerService(RegionDigraph.class, digraph, null);
        context.registerService(ResolverHookFactory.class, digraph.getResolverHookFactory(), null);
        context.registerService(EventHook.class, digraph.getBundleEventHook(), null);
        Hashtable<String, Object> first = new Hashtable<>();
        first.put(Constants.SERVICE_RANKING, 1000);
        context.registerService(EventHook.class, (event, contexts) -> hold(event), first);
        return root;
    }

    private void hold(BundleEvent event) {
        if (event.getType() == BundleEvent.INSTALLED
                && event.getBundle().getLocation().equals(HELD)) {
            installing.countDown();
            try {
                goOn.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Bundle install(BundleContext context) {
        try {
            return context.installBundle(
                    HELD,
                    new ByteArrayInputStream(new ExtensionJar("org.platformforge.held", "1.0.0")
                            .header("Require-Capability", null)
                            .bytes()));
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        }
    }
}
