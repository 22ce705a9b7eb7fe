package org.platformforge.kernel.store.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.tx.DatabaseStore;

/** A module swap must leave nothing behind: each generation has a class loader of its own, and it has to go. */
class ClassLoaderLeakTest {
    private static final int GENERATIONS = 60;

    @ParameterizedTest
    @EnumSource
    void freesTheClassLoaderOfEveryClosedGeneration(DatabaseKind kind) throws Exception {
        try (StoreFixture store = StoreFixture.open(kind, NoteEntity.class)) {
            List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
            for (int i = 0; i < GENERATIONS; i++) {
                loaders.add(useOneGeneration(store, i));
            }
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> {
                        System.gc();
                        assertThat(loaders.stream()
                                        .filter(loader -> loader.get() != null)
                                        .count())
                                .isZero();
                    });
            assertThat(store.<Long>call(
                            Store.ALL_TENANTS,
                            tx -> tx.em()
                                    .createQuery("SELECT count(n) FROM Note n", Long.class)
                                    .getSingleResult()))
                    .isEqualTo(GENERATIONS);
        }
    }

    private static WeakReference<ClassLoader> useOneGeneration(StoreFixture store, int number) throws Exception {
        ClassLoader loader = new GenerationClassLoader();
        Class<?> entity = loader.loadClass(NoteEntity.class.getName());
        assertThat(entity).isNotSameAs(NoteEntity.class);
        try (DatabaseStore generation = store.newStore(entity)) {
            generation.run("ten_a", tx -> {
                tx.em()
                        .persist(
                                entity.getConstructor(String.class, String.class, String.class, java.time.Instant.class)
                                        .newInstance("ten_a", "n" + number, "text", tx.now()));
                tx.em().flush();
                tx.em()
                        .createQuery("SELECT n FROM Note n WHERE n.id = :id", entity)
                        .setParameter("id", "n" + number)
                        .getSingleResult();
            });
        }
        return new WeakReference<>(loader);
    }

    /** Defines the sample's classes again, as another bundle revision would. */
    private static final class GenerationClassLoader extends ClassLoader {
        private static final String OWN = "org.platformforge.kernel.store.sample.";

        GenerationClassLoader() {
            super(ClassLoaderLeakTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(OWN)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length, NoteEntity.class.getProtectionDomain());
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
