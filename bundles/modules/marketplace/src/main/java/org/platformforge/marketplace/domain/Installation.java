package org.platformforge.marketplace.domain;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * An extension in a tenant: the truth that the runtime is brought in line with.
 *
 * @param id {@code inst_…}
 * @param current what serves the tenant; null until the first installation is done
 * @param previous what a rollback goes back to, or null
 * @param canary what takes a share of the requests, or null
 * @param pending what the operation under way wants, or null
 * @param operationId the operation under way, null when nothing is
 * @param error why the last operation failed, null when it did not
 * @param problem why a node cannot serve what this says, null when all can
 * @param revision counts changes of the record
 */
public record Installation(
        String tenantId,
        String id,
        String extensionId,
        State state,
        Setup current,
        Setup previous,
        Setup canary,
        Setup pending,
        int canaryPercent,
        CanaryPolicy canaryPolicy,
        boolean pinned,
        boolean autoPatch,
        String operationId,
        Fault error,
        String problem,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        long revision) {

    public enum State {
        INSTALLING,
        ACTIVE,
        DISABLED,
        FAILED,
        UNINSTALLING;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A failure that may be shown. */
    public record Fault(String code, String message) {}

    public boolean busy() {
        return operationId != null;
    }

    public boolean serves() {
        return state == State.ACTIVE && current != null;
    }

    static Installation fresh(String tenantId, String id, String extensionId, Setup pending, String by, Instant at) {
        return new Installation(
                tenantId,
                id,
                extensionId,
                State.INSTALLING,
                null,
                null,
                null,
                pending,
                0,
                CanaryPolicy.MANUAL,
                false,
                false,
                null,
                null,
                null,
                by,
                at,
                at,
                0);
    }

    Installation withState(State next) {
        return copy(next, current, previous, canary, pending, canaryPercent, canaryPolicy, operationId, error);
    }

    /** An operation begins. */
    Installation begun(String operation, Setup wanted) {
        return copy(state, current, previous, canary, wanted, canaryPercent, canaryPolicy, operation, error);
    }

    /** An operation has ended. */
    Installation ended(State next, Fault fault) {
        return copy(next, current, previous, canary, null, canaryPercent, canaryPolicy, null, fault);
    }

    Installation serving(Setup now, Setup before) {
        return copy(State.ACTIVE, now, before, null, null, 0, CanaryPolicy.MANUAL, operationId, error);
    }

    Installation withCanary(Setup setup, int percent, CanaryPolicy policy) {
        return copy(state, current, previous, setup, null, percent, policy, operationId, error);
    }

    Installation withoutCanary() {
        return copy(state, current, previous, null, pending, 0, CanaryPolicy.MANUAL, operationId, error);
    }

    Installation withCurrent(Setup setup) {
        return copy(state, setup, previous, canary, pending, canaryPercent, canaryPolicy, operationId, error);
    }

    Installation withFlags(boolean pin, boolean patch) {
        return new Installation(
                tenantId,
                id,
                extensionId,
                state,
                current,
                previous,
                canary,
                pending,
                canaryPercent,
                canaryPolicy,
                pin,
                patch,
                operationId,
                error,
                problem,
                createdBy,
                createdAt,
                updatedAt,
                revision);
    }

    /** A problem is that of the setup it was seen with. */
    private Installation copy(
            State next,
            Setup now,
            Setup before,
            Setup trial,
            Setup wanted,
            int percent,
            CanaryPolicy policy,
            String operation,
            Fault fault) {
        return new Installation(
                tenantId,
                id,
                extensionId,
                next,
                now,
                before,
                trial,
                wanted,
                percent,
                policy,
                pinned,
                autoPatch,
                operation,
                fault,
                Objects.equals(now, current) ? problem : null,
                createdBy,
                createdAt,
                updatedAt,
                revision);
    }
}
