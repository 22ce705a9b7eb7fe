package org.platformforge.admin.rest;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.http.Pagination;
import org.platformforge.kernel.api.store.AuditTrail.Entry;
import org.platformforge.kernel.api.store.AuditTrail.Verification;

/** Audit records as document 002 shows them, and what it leaves out. */
public final class AuditViews {
    /** Actions of what the document calls the resource {@code auth}. */
    private static final List<String> AUTH = List.of("user", "auth", "mfa", "session", "apikey");

    private AuditViews() {}

    /**
     * @param userId the person: whom a key acted for, else who acted
     * @param actor the user, key or {@code system} that acted
     * @param authMethod how it proved who it is: {@code jwt}, {@code api_token}, {@code api_key}, {@code system}, {@code none}
     * @param resource the part of the platform
     * @param target the id of what was changed, or the path of a refused request
     * @param details beside what the action has of its own: {@code ip} and {@code user_agent}
     * @param hash what binds the next record to this one
     */
    public record LogView(
            String id,
            long sequence,
            String userId,
            String actor,
            String onBehalfOf,
            String authMethod,
            String action,
            String resource,
            String target,
            String result,
            String requestId,
            Map<String, Object> details,
            Instant timestamp,
            String hash) {}

    public record ListView(List<LogView> logs, Pagination pagination, String nextCursor) {}

    /** @param message what does not fit, and where */
    public record ProblemView(long sequence, String message) {}

    /**
     * @param publicKey Ed25519 in hex: what an auditor verifies an export with
     */
    public record CheckpointsView(long count, Instant lastAt, String publicKey) {}

    /**
     * @param days 0 for ever
     * @param lastRunAt when a node last looked for older ones, null before the first time
     * @param lagSeconds how much longer than it should the oldest record has been kept
     */
    public record RetentionView(long days, Instant lastRunAt, Instant oldestAt, long lagSeconds) {}

    public record VerificationView(
            boolean valid,
            long records,
            long firstSequence,
            long lastSequence,
            String headHash,
            List<ProblemView> problems,
            CheckpointsView checkpoints,
            RetentionView retention) {}

    public static LogView of(Entry entry) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("ip", entry.address());
        details.put("user_agent", entry.userAgent());
        details.putAll(entry.details());
        return new LogView(
                entry.id(),
                entry.sequence(),
                entry.onBehalfOf() == null ? entry.actor() : entry.onBehalfOf(),
                entry.actor(),
                entry.onBehalfOf(),
                entry.scheme().toLowerCase(Locale.ROOT),
                entry.action(),
                resource(entry),
                entry.target(),
                entry.result(),
                entry.requestId(),
                details,
                entry.at(),
                entry.hash());
    }

    /** The first word of the action, or of the path of a refused request. */
    static String resource(Entry entry) {
        int dot = entry.action().indexOf('.');
        if (dot < 0 && entry.target() != null && entry.target().startsWith("/")) {
            return entry.target().replaceFirst("^/(api/)?(v1/)?", "").split("[/?]", 2)[0];
        }
        String first = dot < 0 ? entry.action() : entry.action().substring(0, dot);
        return AUTH.contains(first) ? "auth" : first;
    }

    public static VerificationView of(Verification found) {
        return new VerificationView(
                found.problems().isEmpty(),
                found.records(),
                found.firstSequence(),
                found.lastSequence(),
                found.headHash(),
                found.problems().stream()
                        .map(problem -> new ProblemView(problem.sequence(), problem.message()))
                        .toList(),
                new CheckpointsView(found.checkpoints(), found.lastCheckpoint(), found.publicKey()),
                new RetentionView(
                        found.retention().period().toDays(),
                        found.retention().lastRun(),
                        found.retention().oldest(),
                        found.retention().lag().toSeconds()));
    }
}
