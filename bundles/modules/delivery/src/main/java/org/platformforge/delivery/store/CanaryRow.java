package org.platformforge.delivery.store;

import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.delivery.CanaryStage;

/**
 * A stage, and the counts it began with, from which its figures are reckoned.
 *
 * @param canaryStart of the new version
 * @param stableStart of the old version
 */
public record CanaryRow(CanaryStage stage, Count canaryStart, Count stableStart) {}
