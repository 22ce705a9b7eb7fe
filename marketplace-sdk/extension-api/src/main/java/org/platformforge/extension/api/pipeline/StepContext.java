package org.platformforge.extension.api.pipeline;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What a running step sees of its run. Used by the calling thread only, and until its call is over. */
@ProviderType
public interface StepContext {
    /** A line for the run's log; the extension's and the pipeline's secrets are taken out of it. */
    void log(String line);

    /** Whether somebody has given the run up: long work looks from time to time and leaves by {@link StepException}. */
    boolean cancelled();

    /** Paths of the files that are built or tested or deployed next, by name; of more than 20,000 the first. */
    List<String> files() throws StepException;

    /**
     * The content of a file; empty where there is none of this path.
     *
     * @throws StepException for a file of more than 1 MiB, and when more than 32 MiB have been read in one call
     */
    Optional<byte[]> read(String path) throws StepException;
}
