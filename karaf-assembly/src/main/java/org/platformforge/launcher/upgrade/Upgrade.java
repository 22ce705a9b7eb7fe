package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * The upgrade of one distribution and the way back. Whatever is in the way is thrown as a {@link Refusal}. One process at a
 * time; after its end at any point, {@link #goOn} or {@link #rollback} of another one continues.
 */
final class Upgrade {
    /** What the first start of another version writes: the framework's cache and the archive of classes. */
    private static final long DATA_BYTES = 300L << 20;

    private static final long SPARE_BYTES = 64L << 20;

    private final Path home;
    private final Path work;
    private final Path config;
    private final Path data;
    private final Instance instance;
    private final Consumer<String> out;
    private final Runnable step;
    private final ToLongFunction<Path> free;

    /** @param step is run before each change; @param free bytes of the disk that a folder is on */
    Upgrade(
            Path home,
            Path config,
            Path data,
            Instance instance,
            Consumer<String> out,
            Runnable step,
            ToLongFunction<Path> free) {
        this.home = home;
        this.work = work(home);
        this.config = config;
        this.data = data;
        this.instance = instance;
        this.out = out;
        this.step = step;
        this.free = free;
    }

    static Path work(Path home) {
        return home.resolve("upgrade");
    }

    /** To the version in an archive. A dry run ends before the first change. */
    void begin(Path file, Choice choice, boolean dry) throws IOException {
        State before = State.read(work);
        if (before != null) {
            throw new Refusal(
                    before.step() == State.Step.UPGRADED
                            ? "The upgrade to " + before.to()
                                    + " is neither committed nor taken back: bin/forge upgrade --commit, or --rollback"
                            : interrupted(before));
        }
        clean();
        Distribution installed = new Distribution(home);
        Archive archive = Archive.check(file);
        compare(installed, archive);
        room(archive);
        out.accept("Upgrade from " + installed.version() + " to " + archive.version()
                + (archive.checked() ? ", as its checksum says" : "; there is no checksum file beside the archive"));
        Path next = work.resolve("next");
        archive.unpack(next);
        Distribution incoming = new Distribution(next);
        Settings settings = Settings.merge(installed, incoming, config, choice);
        show(settings);
        if (!settings.conflicts().isEmpty() && choice == Choice.ASK) {
            clean();
            throw new Refusal("Nothing has been changed. Where both changed the same lines, decide whose count: --ours"
                    + " keeps yours, --theirs takes the new ones. Or change your files so that they agree");
        }
        if (dry) {
            clean();
            out.accept("Nothing has been changed");
            return;
        }
        for (String name : settings.changes().keySet()) {
            keep("before", name, settings.changes().get(name).before());
            keep("after", name, settings.changes().get(name).after());
        }
        State state = new State(
                State.Step.STOPPING,
                installed.version(),
                archive.version(),
                config,
                instance.running(),
                incoming.entries(),
                List.copyOf(settings.changes().keySet()),
                List.of());
        enter(state);
        forward(state);
    }

    /** With what was interrupted. */
    void goOn() throws IOException {
        State state = State.read(work);
        if (state == null) {
            throw new Refusal("No upgrade is under way; to begin one: bin/forge upgrade <archive>");
        }
        switch (state.step()) {
            case UPGRADED ->
                throw new Refusal(
                        "The upgrade to " + state.to() + " is complete: bin/forge upgrade --commit, or --rollback");
            case COMMITTING -> commit();
            case BACK, RETURNED -> backward(state);
            default -> forward(state);
        }
    }

    private void forward(State from) throws IOException {
        State state = from;
        if (state.step() == State.Step.STOPPING) {
            instance.stop();
            state = enter(state.at(State.Step.SWAPPING));
        }
        if (state.step() == State.Step.SWAPPING) {
            new Swap(home, work, state.incoming(), step).forward();
            for (String name : state.files()) {
                put("after", state.config(), name);
            }
            state = enter(state.at(state.running() ? State.Step.STARTING : State.Step.UPGRADED));
        }
        if (state.step() == State.Step.STARTING) {
            if (!instance.start()) {
                out.accept("Version " + state.to() + " does not start; " + state.from() + " comes back");
                backward(enter(
                        state.returning(true, takenBack(state, Choice.OURS).changed())));
                throw new Refusal("Version " + state.to() + " did not start (its log is above, and in " + data
                        + "/log). " + state.from() + " is back, with its settings");
            }
            Disk.write(work.resolve("started"), new byte[0]);
            state = enter(state.at(State.Step.UPGRADED));
        }
        out.accept("Version " + state.to() + " is in place; " + state.from()
                + " stays beside it until bin/forge upgrade --commit," + " and comes back with --rollback"
                + (state.running() ? "" : ". Start it: bin/forge start"));
    }

    /** The previous version on the same data. What was changed in the settings since the upgrade stays. */
    void rollback(Choice choice) throws IOException {
        State state = State.read(work);
        if (state == null) {
            throw new Refusal("There is no previous version to go back to");
        }
        if (state.step() == State.Step.COMMITTING) {
            throw new Refusal(
                    "The upgrade to " + state.to() + " has been committed; bin/forge upgrade --commit ends that");
        }
        if (state.step() == State.Step.BACK || state.step() == State.Step.RETURNED) {
            backward(state);
            return;
        }
        boolean complete = state.step() == State.Step.UPGRADED;
        Back back = takenBack(state, choice);
        if (!back.settings().conflicts().isEmpty()) {
            show(back.settings());
            if (choice == Choice.ASK) {
                throw new Refusal(
                        "Nothing has been changed. You have changed lines since the upgrade that the upgrade had"
                                + " changed: --ours keeps yours, --theirs takes those of before");
            }
        }
        backward(enter(state.returning(complete ? instance.running() : state.running(), back.changed())));
    }

    private record Back(Settings settings, List<String> changed) {}

    /** What undoes the upgrade's part of the settings, put down in the folder "back". */
    private Back takenBack(State state, Choice choice) throws IOException {
        Settings settings = new Settings(new java.util.TreeMap<>(), new java.util.TreeMap<>(), new ArrayList<>());
        for (String name : state.files()) {
            byte[] ours = Settings.read(state.config().resolve(name));
            byte[] before = kept("before", name);
            if (ours != null || before != null) {
                settings.one(name, kept("after", name), ours, before, choice);
            }
        }
        if (settings.conflicts().isEmpty() || choice != Choice.ASK) {
            Disk.deleteAll(work.resolve("back"));
            for (String name : settings.changes().keySet()) {
                keep("back", name, settings.changes().get(name).after());
            }
        }
        return new Back(settings, List.copyOf(settings.changes().keySet()));
    }

    private void backward(State from) throws IOException {
        State state = from;
        if (state.step() == State.Step.BACK) {
            instance.stop();
            new Swap(home, work, state.incoming(), step).back();
            for (String name : state.back()) {
                put("back", state.config(), name);
            }
            state = enter(state.at(State.Step.RETURNED));
        }
        boolean started = !state.running() || instance.start();
        State.delete(work);
        clean();
        if (!started) {
            throw new Refusal("Version " + state.from() + " is back, but does not start either: see " + data + "/log");
        }
        out.accept("Version " + state.from() + " is back");
    }

    /** Deletes the previous version. */
    void commit() throws IOException {
        State state = State.read(work);
        if (state == null) {
            throw new Refusal("There is no upgrade to commit");
        }
        if (state.step() != State.Step.UPGRADED && state.step() != State.Step.COMMITTING) {
            throw new Refusal(interrupted(state));
        }
        enter(state.at(State.Step.COMMITTING));
        clean();
        State.delete(work);
        out.accept("Version " + state.to() + " is committed; " + state.from() + " has been deleted");
    }

    void status() throws IOException {
        State state = State.read(work);
        String version = Files.exists(home.resolve("lib/version"))
                ? new Distribution(home).version()
                : "(files are being moved)";
        out.accept("Installed: " + version);
        if (state == null) {
            out.accept("No upgrade is under way, and no previous version is kept");
        } else if (state.step() == State.Step.UPGRADED) {
            out.accept("Previous version: " + state.from()
                    + "; bin/forge upgrade --commit deletes it, --rollback brings it back");
        } else {
            out.accept(interrupted(state));
        }
    }

    private static String interrupted(State state) {
        String where = " was interrupted (" + state.step().name().toLowerCase(java.util.Locale.ROOT) + "). ";
        return switch (state.step()) {
            case COMMITTING ->
                "The commit of the upgrade to " + state.to() + where + "bin/forge upgrade goes on with it";
            case BACK, RETURNED -> "The way back to " + state.from() + where + "bin/forge upgrade goes on with it";
            default ->
                "The upgrade to " + state.to() + where + "bin/forge upgrade goes on with it, --rollback goes back to "
                        + state.from();
        };
    }

    private void compare(Distribution installed, Archive archive) throws IOException {
        int order = Distribution.compare(archive.version(), installed.version());
        if (order < 0) {
            throw new Refusal("Version " + archive.version() + " is older than " + installed.version()
                    + ", which is installed. The previous version comes back with --rollback");
        }
        String content = installed.content();
        if (order == 0 && archive.content().equals(content)) {
            throw new Refusal("Version " + archive.version() + " is installed already");
        }
        if (Distribution.isSlim(archive.content()) != Distribution.isSlim(content)) {
            throw new Refusal(
                    "One of the installed distribution and the archive is the slim one, without feature sets, and"
                            + " the other is not: take the archive of the same kind");
        }
    }

    private void room(Archive archive) throws IOException {
        if (!Files.isWritable(home)
                || !Files.isWritable(home.resolve("lib"))
                || !Files.isWritable(home.resolve("bin"))) {
            throw new Refusal(home + " is not writable: upgrade as its owner");
        }
        if (!Files.isWritable(config)) {
            throw new Refusal(config + " is not writable: upgrade as its owner");
        }
        enough(home, archive.bytes() + SPARE_BYTES);
        enough(Files.exists(data) ? data : home, DATA_BYTES);
    }

    private void enough(Path folder, long bytes) {
        long available = free.applyAsLong(folder);
        if (available < bytes) {
            throw new Refusal("Too little room: " + folder + " has " + (available >> 20) + " MB free, and "
                    + ((bytes >> 20) + 1) + " MB are needed");
        }
    }

    private void show(Settings settings) {
        settings.changes()
                .forEach((name, change) -> out.accept(
                        (change.after() == null ? "  removes " : change.before() == null ? "  adds " : "  changes ")
                                + config.resolve(name)));
        settings.notes().forEach(note -> out.accept("  " + note));
        settings.shown(config).forEach(out);
    }

    private State enter(State state) throws IOException {
        step.run();
        state.write(work);
        return state;
    }

    private void keep(String folder, String name, byte[] content) throws IOException {
        Path file = work.resolve(folder).resolve(name);
        // settings may hold secrets
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (content == null) {
            Files.deleteIfExists(file);
        } else {
            Disk.write(file, content);
        }
    }

    private byte[] kept(String folder, String name) throws IOException {
        return Settings.read(work.resolve(folder).resolve(name));
    }

    private void put(String folder, Path target, String name) throws IOException {
        byte[] content = kept(folder, name);
        step.run();
        if (content == null) {
            Disk.delete(target.resolve(name));
        } else if (!java.util.Arrays.equals(content, Settings.read(target.resolve(name)))) {
            Disk.write(target.resolve(name), content);
        }
    }

    /** Leaves nothing where nothing was begun, or all is done. */
    void leave() throws IOException {
        if (State.read(work) == null) {
            Disk.deleteAll(work);
        }
    }

    /** All but the state itself, and what this process runs from and holds. */
    private void clean() throws IOException {
        for (String name : List.of("next", "previous", "before", "after", "back", "started")) {
            step.run();
            Disk.deleteAll(work.resolve(name));
        }
    }
}
