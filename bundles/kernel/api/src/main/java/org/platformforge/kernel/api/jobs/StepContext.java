package org.platformforge.kernel.api.jobs;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What a running step sees of its operation. Used by the step's own thread only. */
@ProviderType
public interface StepContext {
    Operation operation();

    /** The checkpoint of this step's earlier, interrupted attempt, or what {@link #checkpoint} last kept. */
    Map<String, Object> checkpoint();

    /** The checkpoint of another step that is completed. */
    Optional<Map<String, Object>> checkpointOf(String step);

    /** Keeps a checkpoint durably before going on: call it before an effect outside the database can be forgotten. */
    void checkpoint(Map<String, Object> values);

    /** Adds a line to the operation's log, which outlives what it describes. No secrets. */
    void log(String line);

    /** Whether somebody asked to cancel: long steps look from time to time and leave by {@link OperationException}. */
    boolean cancelRequested();
}
