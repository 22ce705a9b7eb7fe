package org.platformforge.kernel.api.http;

import java.util.List;
import org.platformforge.kernel.api.FieldError;

/**
 * A request body that need not be right: the parameter of a route that names everything that is wrong at once, what its
 * types and constraints say together with what only the module knows. Such a route must refuse the request when there are
 * {@link #problems}; any other takes the body itself as its parameter, and is never called with a wrong one. Immutable.
 *
 * @param value fields that could not be read are null in it; never null itself
 * @param problems what is wrong already, one per field, in the order of the body
 * @param <T> the body, a record
 */
public record Submitted<T>(T value, List<FieldError> problems) {
    public Submitted {
        problems = List.copyOf(problems);
    }
}
