/**
 * Runs operations: db-scheduler says which one is due here, {@code OperationExecutor} drives it step by step, and
 * {@code Transitions} is the only place that changes its records.
 */
package org.platformforge.kernel.jobs.engine;
