package org.platformforge.kernel.http.generation;

import java.util.Set;
import org.platformforge.kernel.api.Caller;

/** Who is let in at all, known before it is known which route answers. */
public interface Admission {
    /** Credentials that are accepted. */
    Set<Caller.Scheme> schemes();

    /** Whether none is needed. */
    boolean isPublic();
}
