package org.platformforge.kernel.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the modules of an installed set to those of another version, one after another and without losing a request; when
 * one is refused, those before it go back. Used under its caller's lock.
 */
final class SetUpgrade {
    private static final Logger LOG = LoggerFactory.getLogger(SetUpgrade.class);

    private final Predicate<String> present;
    private final ModuleManager modules;
    private final Path folder;

    /**
     * @param present whether there is a bundle, module or not, of that symbolic name
     * @param folder where the JARs of what is replaced are kept meanwhile
     */
    SetUpgrade(Predicate<String> present, ModuleManager modules, Path folder) {
        this.present = present;
        this.modules = modules;
        this.folder = folder;
    }

    /** @param from the version that serves; null when there is none yet */
    record Change(KarafFeatures.Jar jar, String from) {
        @Override
        public String toString() {
            return jar.symbolicName() + (from == null ? " " : " " + from + " -> ") + jar.version();
        }
    }

    /** What is different in another version. */
    List<Change> changes(List<KarafFeatures.Jar> target) {
        List<Change> changes = new ArrayList<>();
        for (KarafFeatures.Jar jar : target) {
            String from = serving(jar.symbolicName());
            if (!jar.version().equals(from)) {
                changes.add(new Change(jar, from));
            }
        }
        return changes;
    }

    private String serving(String symbolicName) {
        return modules.list().stream()
                .filter(module -> module.symbolicName().equals(symbolicName))
                .filter(module -> module.state() != ModuleManager.State.DRAINING)
                .map(ModuleManager.Module::version)
                .findFirst()
                .orElse(null);
    }

    /** What keeps the set from being upgraded while the platform runs. */
    List<String> objections(List<KarafFeatures.Jar> current, List<KarafFeatures.Jar> target) {
        List<String> objections = new ArrayList<>();
        Set<String> kept = target.stream().map(KarafFeatures.Jar::symbolicName).collect(Collectors.toSet());
        current.stream()
                .map(KarafFeatures.Jar::symbolicName)
                .filter(name -> !kept.contains(name))
                .forEach(name -> objections.add(name + " is no part of that version, and goes with the platform only"));
        for (Change change : changes(target)) {
            String name = change.jar().symbolicName();
            if (change.from() == null && present.test(name)) {
                objections.add(name + " is no module, and changes with the platform only");
            }
        }
        return objections;
    }

    /**
     * Makes the changes.
     *
     * @return how many requests of theirs failed meanwhile
     * @throws PlatformException {@code CONFLICT} with the reason why one was refused; all is as before then
     */
    long run(Caller caller, List<Change> changes) throws IOException {
        Path kept = Files.createTempDirectory(Files.createDirectories(folder), "set-upgrade-");
        Deque<Step> done = new ArrayDeque<>();
        long failed = 0;
        try {
            for (Change change : changes) {
                Step step = new Step(change, kept);
                failed += step.make(caller);
                done.push(step);
            }
            return failed;
        } catch (IOException | RuntimeException e) {
            done.forEach(step -> step.takeBack(caller));
            throw e;
        } finally {
            delete(kept);
        }
    }

    /** One change, which can be taken back. */
    private final class Step {
        private final Change change;
        private final Path before;

        private Step(Change change, Path kept) {
            this.change = change;
            this.before = kept.resolve(change.jar().symbolicName() + ".jar");
        }

        private long make(Caller caller) throws IOException {
            if (change.from() == null) {
                modules.install(caller, open());
                return 0;
            }
            try (InputStream in = modules.jar(change.jar().symbolicName())) {
                Files.copy(in, before);
            }
            return modules.update(caller, open()).failedRequests();
        }

        private InputStream open() throws IOException {
            return KarafFeatures.open(change.jar().location());
        }

        private void takeBack(Caller caller) {
            try {
                if (change.from() == null) {
                    modules.remove(caller, change.jar().symbolicName(), true);
                } else {
                    modules.update(caller, Files.newInputStream(before));
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("{} could not be taken back", change, e);
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted", folder, e);
        }
    }
}
