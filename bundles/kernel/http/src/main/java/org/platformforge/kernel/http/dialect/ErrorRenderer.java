package org.platformforge.kernel.http.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/**
 * Renders the one internal error model as the dialect of the route, or as RFC 9457 where the client asks for it.
 * Thread-safe.
 */
public final class ErrorRenderer {
    public static final String JSON = "application/json";
    public static final String PROBLEM_JSON = "application/problem+json";

    private final JsonOutput output = new JsonOutput();
    private final Timestamps timestamps;

    public ErrorRenderer() {
        this(Clock.systemUTC());
    }

    public ErrorRenderer(Clock clock) {
        this.timestamps = new Timestamps(clock);
    }

    public Rendered render(PlatformException error, RenderContext context) {
        return render(error, error.kind().status(), context);
    }

    /**
     * {@code type} of a problem is the section of {@link ErrorDocs} about its kind, the same in all dialects; which of a
     * kind's errors it is says {@code code}.
     *
     * @param status of the answer, where it is another one than its kind's
     */
    public Rendered render(PlatformException error, int status, RenderContext context) {
        if (context.problemJson()) {
            return new Rendered(PROBLEM_JSON, output.object(json -> problem(json, error, status, context)));
        }
        return new Rendered(JSON, output.object(json -> dialect(json, error, context)));
    }

    private void dialect(JsonGenerator json, PlatformException error, RenderContext context) throws IOException {
        switch (context.dialect()) {
            case PLATFORM_API, INFRASTRUCTURE -> errorObject(json, error, context);
            case API_REFERENCE -> apiReference(json, error, context);
            case PLATFORM_FORGE -> platformForge(json, error, context);
            case PAAS -> paas(json, error);
        }
    }

    private static void errorObject(JsonGenerator json, PlatformException error, RenderContext context)
            throws IOException {
        json.writeObjectFieldStart("error");
        codeAndMessage(json, error, context);
        json.writeFieldName("details");
        JsonOutput.object(json, ErrorMessages.asObject(error));
        json.writeEndObject();
    }

    /** Document 001 shows {@code details} as a list of field and message; other details join it in the same form. */
    private static void apiReference(JsonGenerator json, PlatformException error, RenderContext context)
            throws IOException {
        json.writeObjectFieldStart("error");
        codeAndMessage(json, error, context);
        json.writeArrayFieldStart("details");
        for (FieldError field : error.fields()) {
            fieldError(json, field.field(), field.message());
        }
        for (Map.Entry<String, Object> detail : error.details().entrySet()) {
            fieldError(json, detail.getKey(), String.valueOf(detail.getValue()));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void platformForge(JsonGenerator json, PlatformException error, RenderContext context) throws IOException {
        json.writeStringField("status", "error");
        errorObject(json, error, context);
        json.writeObjectFieldStart("meta");
        json.writeStringField("timestamp", timestamps.now());
        json.writeStringField("request_id", context.requestId());
        json.writeEndObject();
    }

    private static void paas(JsonGenerator json, PlatformException error) throws IOException {
        json.writeBooleanField("success", false);
        if (error.kind().status() == ErrorKind.VALIDATION.status()) {
            json.writeArrayFieldStart("errors");
            for (String sentence : ErrorMessages.asSentences(error)) {
                json.writeString(sentence);
            }
            json.writeEndArray();
        } else {
            json.writeStringField("error", error.getMessage());
        }
    }

    private static void problem(JsonGenerator json, PlatformException error, int status, RenderContext context)
            throws IOException {
        String code = code(error, context);
        json.writeStringField("type", ErrorDocs.link(error.kind()));
        json.writeStringField("title", StatusPhrases.of(status));
        json.writeNumberField("status", status);
        json.writeStringField("detail", error.getMessage());
        json.writeStringField("instance", context.path());
        json.writeStringField("code", code);
        json.writeStringField("request_id", context.requestId());
        if (!error.fields().isEmpty()) {
            json.writeArrayFieldStart("errors");
            for (FieldError field : error.fields()) {
                fieldError(json, field.field(), field.message());
            }
            json.writeEndArray();
        }
        if (!error.details().isEmpty()) {
            json.writeFieldName("details");
            JsonOutput.object(json, error.details());
        }
    }

    private static void codeAndMessage(JsonGenerator json, PlatformException error, RenderContext context)
            throws IOException {
        json.writeStringField("code", code(error, context));
        json.writeStringField("message", error.getMessage());
    }

    private static void fieldError(JsonGenerator json, String field, String message) throws IOException {
        json.writeStartObject();
        json.writeStringField("field", field);
        json.writeStringField("message", message);
        json.writeEndObject();
    }

    private static String code(PlatformException error, RenderContext context) {
        return error.code().orElseGet(() -> ErrorCodes.of(error.kind(), context.dialect()));
    }
}
