package org.platformforge.kernel.api;

import java.util.Objects;

/**
 * One thing that is wrong with one input.
 *
 * @param field the path of the input as the client wrote it, such as {@code parameters.app_name}
 * @param message what is wrong and what would be right, for a person; safe to show
 */
public record FieldError(String field, String message) {
    public FieldError {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(message, "message");
    }
}
