package org.platformforge.marketplace.testing;

import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;

/** A runtime that keeps its promises and starts nothing. Its hooks let a test fail or block each step. */
public final class FakeRuntime implements ExtensionRuntime {
    public final Map<String, Running> running = new ConcurrentHashMap<>();
    public final Map<String, Assignment> assigned = new ConcurrentHashMap<>();
    public final Map<String, List<Figures>> figures = new ConcurrentHashMap<>();
    public final List<String> log = new CopyOnWriteArrayList<>();
    public volatile Consumer<ExtensionRelease> onStart = release -> {};
    public volatile boolean settled;
    public volatile String noIsolation;
    public volatile Runnable onAssign = () -> {};
    public volatile Runnable onErase = () -> {};

    public static PlatformException broken(String cause) {
        return PlatformException.of(ErrorKind.CONFLICT, cause).withCode("START_FAILED");
    }

    @Override
    public Plan plan(ExtensionRelease release) {
        return new Plan(List.of(release.extensionId() + " " + release.version()), List.of(), List.of(), List.of());
    }

    @Override
    public void settle() {
        settled = true;
    }

    @Override
    public Running start(ExtensionRelease release) {
        if (!Files.isRegularFile(release.artifact())) {
            throw new AssertionError("no artifact");
        }
        onStart.accept(release);
        log.add("start " + release.version());
        Running made = new Running(
                release.extensionId(),
                release.version(),
                release.sha256(),
                List.of(1L),
                1,
                0,
                Instant.now(),
                null,
                release.tier() == ExtensionRelease.Tier.T1
                        ? null
                        : new ProcessState("running", 1, 0, null, 1 << 20, List.of("a wall")));
        running.put(release.sha256(), made);
        return made;
    }

    @Override
    public Isolation isolation() {
        return new Isolation(noIsolation, noIsolation == null ? List.of("a wall") : List.of());
    }

    @Override
    public Stopped stop(String extensionId, String sha256, Duration patience) {
        boolean used =
                assigned.values().stream().anyMatch(a -> a.sha256().equals(sha256) || sha256.equals(a.canarySha256()));
        if (used) {
            throw broken("a tenant is assigned");
        }
        Running gone = running.remove(sha256);
        if (gone != null) {
            log.add("stop " + gone.version());
        }
        return new Stopped(true, List.of());
    }

    @Override
    public List<Running> running() {
        return List.copyOf(running.values());
    }

    @Override
    public void assign(String tenantId, String extensionId, Assignment assignment) {
        onAssign.run();
        if (!running.containsKey(assignment.sha256())
                || assignment.canarySha256() != null && !running.containsKey(assignment.canarySha256())) {
            throw broken("does not run");
        }
        assigned.put(tenantId + "/" + extensionId, assignment);
        log.add("assign " + tenantId + " " + running.get(assignment.sha256()).version());
    }

    @Override
    public void unassign(String tenantId, String extensionId) {
        assigned.remove(tenantId + "/" + extensionId);
    }

    @Override
    public List<Assigned> assignments() {
        List<Assigned> list = new ArrayList<>();
        assigned.forEach((key, a) -> list.add(new Assigned(
                key.substring(0, key.indexOf('/')),
                key.substring(key.indexOf('/') + 1),
                a.sha256(),
                a.canarySha256(),
                a.canaryPercent())));
        return list;
    }

    /** The version that serves the tenant, null when none does. */
    public String serving(String tenantId, String extensionId) {
        Assignment there = assigned.get(tenantId + "/" + extensionId);
        return there == null ? null : running.get(there.sha256()).version();
    }

    /** As after a restart of the node. */
    public void forgetEverything() {
        running.clear();
        assigned.clear();
    }

    @Override
    public List<Figures> figures(String tenantId, String extensionId) {
        return figures.getOrDefault(tenantId + "/" + extensionId, List.of());
    }

    @Override
    public Optional<Health> health(String tenantId, String extensionId) {
        return Optional.ofNullable(assigned.get(tenantId + "/" + extensionId))
                .map(there -> new Health(1, 0, 0, 0, List.of(), Map.of()));
    }

    @Override
    public void export(String tenantId, String extensionId, OutputStream out) {
        log.add("export " + tenantId);
    }

    @Override
    public void erase(String tenantId, String extensionId) {
        onErase.run();
        log.add("erase " + tenantId);
    }

    @Override
    public Map<String, String> commands(String tenantId, String extensionId) {
        return new TreeMap<>();
    }

    @Override
    public String command(String tenantId, String extensionId, String name, List<String> arguments) {
        return name;
    }
}
