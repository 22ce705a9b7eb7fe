package org.platformforge.marketplace.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.http.Pagination;

/** The marketplace on the wire. */
public final class Views {
    private Views() {}

    /** @param ageDays since the namespace was taken @param similarTo an older namespace one edit away, or null */
    public record PublisherView(
            String namespace,
            String name,
            String homepage,
            boolean trusted,
            String similarTo,
            long ageDays,
            Instant createdAt) {}

    public record PublisherList(List<PublisherView> publishers) {}

    public record KeyView(
            String id,
            String name,
            String algorithm,
            String fingerprint,
            String publicKey,
            boolean revoked,
            Instant createdAt,
            Instant revokedAt) {}

    public record KeyList(List<KeyView> keys) {}

    public record FindingView(String code, String severity, String path, String message) {}

    /** @param signature {@code signed}, {@code unsigned} or {@code revoked_key} */
    public record VersionView(
            String version,
            String state,
            boolean compatible,
            String signature,
            String keyId,
            String sha256,
            long sizeBytes,
            String changelog,
            Set<String> permissions,
            String requiresApi,
            Map<String, String> requiresExtensions,
            List<FindingView> findings,
            String yankReason,
            Instant createdAt,
            Instant publishedAt,
            Instant yankedAt) {}

    /** @param configuration JSON Schema of the settings */
    public record VersionDetail(VersionView version, Map<String, Object> manifest, Map<String, Object> configuration) {}

    public record VersionList(String id, List<VersionView> versions) {}

    /** @param rating 1 to 5, null without one */
    public record ExtensionView(
            String id,
            String name,
            String description,
            String category,
            String version,
            String license,
            String homepage,
            boolean compatible,
            String signature,
            String state,
            Set<String> permissions,
            PublisherView publisher,
            long downloads,
            Double rating,
            long ratings,
            Instant createdAt,
            Instant updatedAt) {}

    public record ExtensionList(List<ExtensionView> extensions, Pagination pagination, long total, String nextCursor) {}

    public record AdvisoryView(String id, String affected, String severity, String summary, Instant createdAt) {}

    public record RatingView(int stars, String comment, Instant ratedAt) {}

    public record RatingList(List<RatingView> ratings, Pagination pagination, long total, String nextCursor) {}

    public record ExtensionDetail(
            ExtensionView extension, List<VersionView> versions, List<AdvisoryView> advisories, RatingView ownRating) {}

    /** @param created false when the same content was published before */
    public record PublishedView(String id, boolean created, VersionView version) {}

    public record ErrorView(String code, String message) {}

    /** @param secretsSet names of the secret settings that have a value; values are never answered */
    public record SetupView(
            String version,
            String sha256,
            Map<String, Object> configuration,
            Set<String> secretsSet,
            Set<String> acceptedPermissions) {}

    /** @param meanMs of all calls together */
    public record FiguresView(String version, long calls, long errors, double meanMs) {}

    /**
     * @param percent of the tenant's callers, as asked for
     * @param sharePercent of the requests, as it has come about; null before the first one
     */
    public record CanaryView(
            String version, int percent, Double sharePercent, long promoteAfter, List<FiguresView> figures) {}

    /** @param stops whether the version serves nobody because of it */
    public record WarningView(String code, String message, boolean stops) {}

    /**
     * What serves the tenant, on the node that answers.
     *
     * @param tier {@code T1} in the platform's process, {@code T2} in a process of its own
     * @param walls around the process, in words; empty in T1
     */
    public record RuntimeView(String tier, String problem, ProcessView process, List<String> walls) {}

    /**
     * @param state {@code running} or {@code restarting}
     * @param restarts since the version was started on the node
     * @param lastError why the process ended the last time; null when it never did
     * @param memoryBytes resident; null while unknown
     */
    public record ProcessView(String state, int restarts, String lastError, Long memoryBytes) {}

    /**
     * @param runtime null where it was not asked for, and while nothing serves the tenant on this node
     * @param problem why it is not served although it is active, null when it is
     * @param warnings what became known of the version since it was installed; null where it was not asked for
     */
    public record InstallationView(
            String id,
            String extensionId,
            String state,
            String version,
            String previousVersion,
            SetupView setup,
            CanaryView canary,
            boolean pinned,
            boolean autoPatch,
            String operationId,
            ErrorView error,
            String problem,
            RuntimeView runtime,
            List<WarningView> warnings,
            String createdBy,
            Instant createdAt,
            Instant updatedAt) {}

    public record InstallationList(
            List<InstallationView> installations, Pagination pagination, long total, String nextCursor) {}

    public record HistoryView(
            String action,
            String result,
            String fromVersion,
            String toVersion,
            String message,
            List<Map<String, Object>> figures,
            String operationId,
            String actor,
            Instant at) {}

    /** @param where what was called @param times how often in a row */
    public record ProblemView(Instant at, String where, String message, int times) {}

    /**
     * What became of calls into the extension for this tenant, on the node that answers, since it serves the tenant there.
     *
     * @param failures of the extension's own
     * @param timeouts calls that took longer than they may
     * @param refused calls that found it busy, being stopped or using too much memory
     * @param problems the last 20, newest first
     * @param metrics what the extension has measured itself
     */
    public record HealthView(
            long calls,
            long failures,
            long timeouts,
            long refused,
            List<ProblemView> problems,
            Map<String, Number> metrics) {}

    /**
     * @param availableVersion the highest it could be moved to, null when there is none
     * @param health null while it does not serve the tenant
     */
    public record InstallationDetail(
            InstallationView installation,
            String availableVersion,
            List<HistoryView> history,
            Map<String, String> commands,
            HealthView health) {}

    /** @param operation where the operation that carries it out is @param along extensions that are installed with it */
    public record AcceptedView(
            String installationId,
            String extensionId,
            String version,
            List<String> along,
            String operationId,
            String operation) {}

    public record DependencyView(
            String extensionId, String range, String installed, String available, boolean satisfied) {}

    /** What would be installed with an extension, because that needs it. */
    public record AlongView(
            String extensionId,
            String version,
            String signature,
            PublisherView publisher,
            Set<String> permissions,
            List<String> bundles,
            List<String> wiring) {}

    /**
     * @param missingPermissions of the extension and of what is installed with it
     * @param along in the order it would be installed
     * @param tier where it would run; null when it may run nowhere
     * @param valid whether the same request without {@code dry_run} would be accepted
     * @param warnings of publishers about these versions; they keep nothing from being installed
     * @param refreshed bundles of others that would be refreshed: always empty
     */
    public record PlanView(
            String extensionId,
            String version,
            boolean dryRun,
            boolean valid,
            String signature,
            String tier,
            PublisherView publisher,
            Set<String> permissions,
            Set<String> missingPermissions,
            List<DependencyView> dependencies,
            List<AlongView> along,
            List<FieldError> configurationErrors,
            List<ErrorView> problems,
            List<WarningView> warnings,
            List<String> bundles,
            List<String> wiring,
            List<String> refreshed) {}

    public record WiringView(List<String> bundles, List<String> wiring) {}
}
