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
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the modules of an installed set to those of another version, one after another and without losing a request; when
 * one is refused, those before it go back. What is replaced is kept in a folder meanwhile, so that after a crash in between
 * the next start can take it back, too. Used under its caller's lock.
 */
final class SetUpgrade {
    private static final Logger LOG = LoggerFactory.getLogger(SetUpgrade.class);
    private static final String FOLDER = "set-upgrade-";
    /** The file that says which set goes to which version. */
    private static final String TARGET = "target";
    /** {@code 000@symbolic.name@1.0.0} is the JAR that was replaced; the version is empty where there was none. */
    private static final Pattern STEP = Pattern.compile("\\d+@([^@]+)@([^@]*)");

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

    /** Says that a set has the version it was brought to. */
    @FunctionalInterface
    interface Commit {
        void run() throws IOException;
    }

    /**
     * Makes the changes.
     *
     * @param target what {@link #takeBackUnfinished} asks for after a crash
     * @param commit called when all are made; when it throws, they are taken back
     * @return how many requests of theirs failed meanwhile
     * @throws PlatformException {@code CONFLICT} with the reason why one was refused; all is as before then
     */
    long run(Caller caller, String target, List<Change> changes, Commit commit) throws IOException {
        Path kept = Files.createTempDirectory(Files.createDirectories(folder), FOLDER);
        Deque<Step> done = new ArrayDeque<>();
        long failed = 0;
        try {
            Files.writeString(kept.resolve(TARGET), target);
            for (Change change : changes) {
                String name = change.jar().symbolicName();
                Step step = new Step(name, change.from(), kept, done.size());
                failed += step.make(caller, change.jar());
                done.push(step);
            }
            commit.run();
            return failed;
        } catch (IOException | RuntimeException e) {
            done.forEach(step -> step.takeBack(caller));
            throw e;
        } finally {
            delete(kept);
        }
    }

    /**
     * Takes back what a crash has left half done; at the start, when the modules are there.
     *
     * @param isCommitted whether the set has the version that the target says
     */
    void takeBackUnfinished(Caller caller, Predicate<String> isCommitted) throws IOException {
        for (Path kept : files(folder, name -> name.startsWith(FOLDER))) {
            Path target = kept.resolve(TARGET);
            if (Files.exists(target) && !isCommitted.test(Files.readString(target))) {
                LOG.info("An upgrade to {} was interrupted and is taken back", Files.readString(target));
                unfinished(kept).forEach(step -> step.takeBack(caller));
            }
            delete(kept);
        }
    }

    /** The modules that {@link #takeBackUnfinished} would change. */
    Set<String> unfinished() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path kept : files(folder, name -> name.startsWith(FOLDER))) {
            unfinished(kept).forEach(step -> names.add(step.name));
        }
        return names;
    }

    /** The last one first. */
    private List<Step> unfinished(Path kept) throws IOException {
        List<Step> steps = new ArrayList<>();
        for (Path file : files(kept, name -> true)) {
            Matcher step = STEP.matcher(kept.relativize(file).toString());
            if (step.matches()) {
                steps.add(0, new Step(step.group(1), step.group(2).isEmpty() ? null : step.group(2), file));
            }
        }
        return steps;
    }

    private static List<Path> files(Path folder, Predicate<String> wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> wanted.test(folder.relativize(file).toString()))
                    .sorted()
                    .toList();
        }
    }

    /** One change, which can be taken back. */
    private final class Step {
        private final String name;
        private final String from;
        private final Path before;

        private Step(String name, String from, Path kept, int ordinal) {
            this(name, from, kept.resolve("%03d@%s@%s".formatted(ordinal, name, from == null ? "" : from)));
        }

        private Step(String name, String from, Path before) {
            this.name = name;
            this.from = from;
            this.before = before;
        }

        private long make(Caller caller, KarafFeatures.Jar jar) throws IOException {
            if (from == null) {
                Files.createFile(before);
                modules.install(caller, KarafFeatures.open(jar.location()));
                return 0;
            }
            Path draft = before.resolveSibling("draft");
            try (InputStream in = modules.jar(name)) {
                Files.copy(in, draft);
            }
            Files.move(draft, before);
            return modules.update(caller, KarafFeatures.open(jar.location())).failedRequests();
        }

        private void takeBack(Caller caller) {
            try {
                String now = serving(name);
                if (from != null && !from.equals(now)) {
                    modules.update(caller, Files.newInputStream(before));
                } else if (from == null && now != null) {
                    modules.remove(caller, name, true);
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("{} could not be brought back to {}", name, from == null ? "not being there" : from, e);
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
