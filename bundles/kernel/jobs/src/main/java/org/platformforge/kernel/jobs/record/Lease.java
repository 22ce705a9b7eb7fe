package org.platformforge.kernel.jobs.record;

/**
 * An executor's right to change an operation, until somebody takes it over.
 *
 * @param number grows with each take-over: the fencing token of every write
 * @param taskVersion version of the row in {@code scheduled_tasks} this executor picked
 */
public record Lease(String tenantId, String operationId, long number, long taskVersion) {}
