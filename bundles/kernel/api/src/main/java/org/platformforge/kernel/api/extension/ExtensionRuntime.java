package org.platformforge.kernel.api.extension;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs releases of extensions in this node's framework, several versions of one extension side by side, and serves each
 * tenant by the one it is assigned. Keeps nothing over a restart: the marketplace's records are the truth, and it brings the
 * runtime in line with them at its start. A new marketplace module finds the runtime as the old one left it. Thread-safe;
 * starts and stops of one extension run one after another.
 */
@ProviderType
public interface ExtensionRuntime {
    /**
     * Looks what starting the release would do, without doing it: the artifact is checked and resolved against what runs.
     */
    Plan plan(ExtensionRelease release);

    /**
     * Starts the release beside whatever runs and returns when it has passed its self-check: resolved, started, every
     * component active, its routes built, no other bundle's wiring changed. Nothing is routed to it before
     * {@link #assign}. Starting what runs already changes nothing.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code CONFLICT} with the code {@code START_FAILED} and the real
     *     cause, in the resolver's, the component runtime's or the extension's own words; nothing of the release is left then
     */
    Running start(ExtensionRelease release);

    /**
     * Stops the release: no new calls, those in flight may end within the patience, then they are interrupted; its bundles
     * are uninstalled and its threads ended. Stopping what does not run changes nothing.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code CONFLICT} while a tenant is assigned to it
     */
    Stopped stop(String extensionId, String sha256, Duration patience);

    /**
     * Tells that every installation has been looked at since the runtime was there: what no tenant is assigned to from now on
     * is not installed, or cannot be started.
     */
    void settle();

    /** By extension id, then version. */
    List<Running> running();

    /** Releases of one extension that run, by version. */
    default List<Running> running(String extensionId) {
        return running().stream()
                .filter(running -> running.extensionId().equals(extensionId))
                .toList();
    }

    /** Whether the release was started and not stopped; cheaper than to ask what is known of it. */
    default boolean runs(String extensionId, String sha256) {
        return running(extensionId).stream().map(Running::sha256).toList().contains(sha256);
    }

    /**
     * From now on the tenant is served by these releases, which must run. One volatile write: no call sees half of it.
     * Calls that are in flight end where they began.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code CONFLICT} when one of them does not run
     */
    void assign(String tenantId, String extensionId, Assignment assignment);

    /** The tenant is no longer served by the extension; its data stays. */
    void unassign(String tenantId, String extensionId);

    /** What {@link #assign} last said, for every tenant. */
    List<Assigned> assignments();

    /**
     * Answers of the two releases of a tenant's canary since it was assigned; empty without one.
     */
    List<Figures> figures(String tenantId, String extensionId);

    /**
     * What became of calls into the extension for the tenant on this node: requests, events, jobs, commands, engines. Counted
     * since the tenant has it here; empty when it has not.
     */
    Optional<Health> health(String tenantId, String extensionId);

    /** Everything the tenant's data of the extension holds, as JSON lines, for an export; one line an entry. */
    void export(String tenantId, String extensionId, java.io.OutputStream out) throws java.io.IOException;

    /** Erases the tenant's data of the extension for good. */
    void erase(String tenantId, String extensionId);

    /** Commands of the release the tenant is assigned to: name → description; empty while it is assigned to none. */
    Map<String, String> commands(String tenantId, String extensionId);

    /**
     * Runs a command of the tenant's release.
     *
     * @throws org.platformforge.kernel.api.PlatformException what the command refused; {@code NOT_FOUND}; {@code CONFLICT} when
     *     the command itself failed
     */
    String command(String tenantId, String extensionId, String name, List<String> arguments);

    /**
     * @param canarySha256 a second release that takes a share of the requests, or null
     * @param canaryPercent its share, 1 to 100; 0 without one
     * @param configuration the tenant's settings with defaults, secret ones left out
     * @param secrets the tenant's secret settings in clear; kept in memory only
     */
    record Assignment(
            String sha256,
            String canarySha256,
            int canaryPercent,
            Map<String, Object> configuration,
            Map<String, String> secrets) {}

    record Assigned(String tenantId, String extensionId, String sha256, String canarySha256, int canaryPercent) {}

    /** What releases of tier T2 are kept apart by on this node. Cheap after the first time. */
    Isolation isolation();

    /**
     * @param problem why it does not do its work although it was started, null when it does
     * @param process of a release in tier T2; null for one in this JVM
     */
    record Running(
            String extensionId,
            String version,
            String sha256,
            List<Long> bundleIds,
            int routes,
            int inFlight,
            Instant startedAt,
            String problem,
            ProcessState process) {

        public ExtensionRelease.Tier tier() {
            return process == null ? ExtensionRelease.Tier.T1 : ExtensionRelease.Tier.T2;
        }
    }

    /**
     * @param state {@code running}, {@code restarting} or {@code stopped}
     * @param pid on this node; 0 while there is none
     * @param restarts since the release was started
     * @param lastError why the process ended the last time; null when it never did
     * @param memoryBytes resident, of everything behind its walls; 0 when unknown
     * @param walls that hold around it, in words
     */
    record ProcessState(String state, long pid, int restarts, String lastError, long memoryBytes, List<String> walls) {}

    /**
     * @param problem why no release can be started in a process of its own here; null when it can
     * @param walls that would hold around it, in words
     */
    record Isolation(String problem, List<String> walls) {}

    /** @param clean whether no call, thread or service of it was left */
    record Stopped(boolean clean, List<String> left) {}

    /**
     * @param bundles that would be installed: symbolic name and version
     * @param wiring each import with what it would be wired to
     * @param refreshed other bundles that would be refreshed: always empty, or the plan cannot be carried out
     * @param problems why it cannot be started, in the resolver's own words; empty when it can
     */
    record Plan(List<String> bundles, List<String> wiring, List<String> refreshed, List<String> problems) {}

    /**
     * @param calls that were let in
     * @param failures of the extension's own
     * @param timeouts calls that took longer than they may
     * @param refused calls that found the extension busy, being stopped, or using too much memory
     * @param problems the last ones, newest first; no secret of the tenant's settings is in them
     * @param metrics what the extension itself has measured in the tenant's calls
     */
    record Health(
            long calls,
            long failures,
            long timeouts,
            long refused,
            List<Problem> problems,
            Map<String, Number> metrics) {}

    /** @param where what was called, such as {@code job clean-up} @param times how often in a row, at least 1 */
    record Problem(Instant at, String where, String message, int times) {}

    /** @param nanos time spent in all calls together */
    record Figures(String sha256, String version, long calls, long errors, long nanos) {}
}
