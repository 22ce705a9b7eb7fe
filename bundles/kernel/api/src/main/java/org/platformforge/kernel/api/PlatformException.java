package org.platformforge.kernel.api;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The only exception a module lets out of its domain. The message, the details and the field errors reach the client in
 * the route's dialect, so they hold nothing internal; the cause stays in the log.
 *
 * <p>Immutable: each {@code with…} method returns a copy.
 */
public final class PlatformException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final String code;
    private final transient Map<String, Object> details;
    private final transient List<FieldError> fields;
    private final Duration retryAfter;
    private final boolean recorded;

    private PlatformException(
            ErrorKind kind,
            String code,
            String message,
            Map<String, Object> details,
            List<FieldError> fields,
            Duration retryAfter,
            boolean recorded,
            Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.code = code;
        this.details = details;
        this.fields = fields;
        this.retryAfter = retryAfter;
        this.recorded = recorded;
    }

    public static PlatformException of(ErrorKind kind, String message) {
        return new PlatformException(kind, null, message, Map.of(), List.of(), null, false, null);
    }

    /** The answer for an id that does not exist or belongs to another tenant: the two must not be told apart. */
    public static PlatformException notFound(String what, String id) {
        return of(ErrorKind.NOT_FOUND, what + " not found")
                .withDetail("resource_type", what.toLowerCase(java.util.Locale.ROOT))
                .withDetail("resource_id", id);
    }

    /** All wrong fields at once. */
    public static PlatformException invalid(String message, List<FieldError> fields) {
        return new PlatformException(
                ErrorKind.VALIDATION, null, message, Map.of(), List.copyOf(fields), null, false, null);
    }

    public static PlatformException invalid(String field, String message) {
        return invalid("Invalid request", List.of(new FieldError(field, message)));
    }

    /** Replaces the dialect's name for the kind, where a document names a code of its own ({@code PROVISION_FAILED}). */
    public PlatformException withCode(String newCode) {
        return new PlatformException(kind, newCode, getMessage(), details, fields, retryAfter, recorded, getCause());
    }

    public PlatformException withDetail(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(key, value);
        return new PlatformException(
                kind,
                code,
                getMessage(),
                java.util.Collections.unmodifiableMap(more),
                fields,
                retryAfter,
                recorded,
                getCause());
    }

    /** When the same request may work; becomes {@code Retry-After} in whole seconds, rounded up. */
    public PlatformException withRetryAfter(Duration wait) {
        return new PlatformException(kind, code, getMessage(), details, fields, wait, recorded, getCause());
    }

    public PlatformException withCause(Throwable cause) {
        return new PlatformException(kind, code, getMessage(), details, fields, retryAfter, recorded, cause);
    }

    /**
     * Says that whoever throws this has an audit record of the refusal, which knows more of it than the request chain or the
     * shell: they make none of their own then.
     */
    public PlatformException asRecorded() {
        return new PlatformException(kind, code, getMessage(), details, fields, retryAfter, true, getCause());
    }

    public ErrorKind kind() {
        return kind;
    }

    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    public Map<String, Object> details() {
        return details;
    }

    public List<FieldError> fields() {
        return fields;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether {@link #asRecorded} was said. */
    public boolean recorded() {
        return recorded;
    }
}
