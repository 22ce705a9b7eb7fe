package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** Explains the parser's failures with line and column; its own messages name classes and quote the source. */
final class SyntaxErrors {
    private SyntaxErrors() {}

    static PlatformException explain(JsonProcessingException failure, JsonLimits limits) {
        String duplicate = duplicateKey(failure);
        if (duplicate != null) {
            String field = Paths.shown(duplicate);
            return PlatformException.of(
                            ErrorKind.MALFORMED,
                            "The field " + field + " stands twice in the body" + position(failure.getLocation()))
                    .withDetail("field", field);
        }
        if (failure instanceof StreamConstraintsException) {
            return PlatformException.of(
                    ErrorKind.MALFORMED,
                    "The JSON is nested deeper than " + limits.maxDepth()
                            + " levels, or a string, name or number in it is too long"
                            + position(failure.getLocation()));
        }
        return PlatformException.of(
                ErrorKind.MALFORMED, "The body is not valid JSON" + position(failure.getLocation()));
    }

    static String position(JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** A record's own constructor refused its values: what it says on purpose is shown, everything else is not. */
    static void unbindable(IOException failure, Problems problems) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PlatformException refused) {
                refused.fields().forEach(field -> problems.add(field.field(), field.message()));
                if (refused.fields().isEmpty()) {
                    problems.add(path(failure), refused.getMessage());
                }
                return;
            }
        }
        if (problems.isEmpty()) {
            problems.add(path(failure), "is not valid");
        }
    }

    private static String path(IOException failure) {
        String path = "";
        if (failure instanceof JsonMappingException mapping) {
            for (JsonMappingException.Reference reference : mapping.getPath()) {
                path = reference.getFieldName() != null
                        ? Paths.field(path, reference.getFieldName())
                        : Paths.item(path, Math.max(0, reference.getIndex()));
            }
        }
        return path;
    }

    private static String duplicateKey(JsonProcessingException failure) {
        boolean duplicate = failure instanceof StreamReadException
                && failure.getOriginalMessage() != null
                && failure.getOriginalMessage().startsWith("Duplicate ");
        if (!duplicate || !(failure.getProcessor() instanceof JsonParser parser)) {
            return null;
        }
        String path = Paths.of(parser.getParsingContext());
        return path.isEmpty() ? "?" : path;
    }
}
