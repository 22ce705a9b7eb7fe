package org.platformforge.kernel.api.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.store.Transaction;

/**
 * The platform's durable operations. Many nodes share the work through the database; an operation resumes at its first
 * unfinished step after a crash. Thread-safe.
 */
@ProviderType
public interface Operations {
    /**
     * Creates an operation in the caller's transaction: it starts after the commit, and never was after a rollback.
     *
     * @param target the id of what it works on
     * @param input JSON-compatible, without secrets
     * @throws org.platformforge.kernel.api.PlatformException of kind {@code UNAVAILABLE} when no handler of the kind is
     *     there
     */
    Operation submit(Transaction tx, Caller caller, String kind, String target, Map<String, Object> input);

    Optional<Operation> find(String tenantId, String id);

    /** The newest operation with this target. */
    Optional<Operation> findByTarget(String tenantId, String kind, String target);

    /** Newest first; {@code kind} and {@code status} may be null. */
    Page<Operation> list(String tenantId, String kind, Operation.Status status, PageRequest page);

    /**
     * Asks for cancellation; what was created is undone. Repeated calls change nothing.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND}; {@code CONFLICT} when it has ended
     */
    Operation cancel(Caller caller, String id);

    /**
     * Runs a failed operation again from its first step that is not completed.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND}; {@code CONFLICT} when it has not failed
     */
    Operation retry(Caller caller, String id);

    /** As {@link #retry(Caller, String)} within the caller's transaction. */
    Operation retry(Transaction tx, Caller caller, String id);

    /** Waits until the operation has ended or the time is over, and returns it as it is then. */
    Operation await(String tenantId, String id, Duration timeout) throws InterruptedException;

    /** Log lines after a sequence number (0 for all), at most {@code limit}. */
    List<LogLine> logs(String tenantId, String id, long afterSequence, int limit);

    /**
     * Durations of the last completed operations of a kind whose {@code input.get(inputKey)} equals {@code value};
     * newest first, at most 50. The base of estimates.
     */
    List<Duration> history(String tenantId, String kind, String inputKey, String value);

    record LogLine(long sequence, Instant at, String step, String text) {}
}
