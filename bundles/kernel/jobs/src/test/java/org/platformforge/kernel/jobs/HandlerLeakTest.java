package org.platformforge.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.store.testing.StoreFixture;

/** Modules that come and go, each in a class loader of its own, whose handlers leave thread-locals behind. */
class HandlerLeakTest {
    private static final int SWAPS = 20;

    @Test
    void keepsNoClassLoaderOfAHandlerThatIsGone() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (StoreFixture database = StoreFixture.derby(JobsComponent.class);
                Node node = new Node(database, "node-one")) {
            for (int i = 0; i < SWAPS; i++) {
                loaders.add(runOneGeneration(node));
            }

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                System.gc();
                return loaders.stream().allMatch(loader -> loader.get() == null);
            });
        }
        assertThat(loaders).hasSize(SWAPS);
    }

    private static WeakReference<ClassLoader> runOneGeneration(Node node) throws Exception {
        URL here = LitteringHandler.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader loader = new ChildFirst(new URL[] {here}, HandlerLeakTest.class.getClassLoader());
        OperationHandler handler = (OperationHandler) loader.loadClass(LitteringHandler.class.getName())
                .getDeclaredConstructor()
                .newInstance();
        long service = node.add(handler);
        Operation ended = node.awaitEnd(node.submit("litter"));
        assertThat(ended.status()).isEqualTo(Status.FAILED);
        node.engine.remove(service);
        return new WeakReference<>(loader);
    }

    /** Loads the handler itself, and leaves everything else to its parent. */
    private static final class ChildFirst extends URLClassLoader {
        ChildFirst(URL[] urls, ClassLoader parent) {
            super(urls, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(LitteringHandler.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? findClass(name) : known;
        }
    }
}
