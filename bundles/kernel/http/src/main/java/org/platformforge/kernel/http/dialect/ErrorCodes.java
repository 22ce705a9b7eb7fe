package org.platformforge.kernel.http.dialect;

import java.util.EnumMap;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Dialect;

/**
 * The one table of error names. Names that stand in a document are written exactly as there; where a document is silent,
 * the name of the other documents is used. Document 003 shows no codes: its column is seen only in RFC 9457 answers.
 */
public final class ErrorCodes {
    private static final Map<ErrorKind, String[]> TABLE = new EnumMap<>(ErrorKind.class);

    static {
        // @formatter:off
        //  kind                               000 PLATFORM_API          001 API_REFERENCE          002 PLATFORM_FORGE
        //      003 PAAS                  004 INFRASTRUCTURE
        row(
                ErrorKind.MALFORMED,
                "MALFORMED_REQUEST",
                "VALIDATION_ERROR",
                "VALIDATION_ERROR",
                "MALFORMED_REQUEST",
                "VALIDATION_ERROR");
        row(
                ErrorKind.VALIDATION,
                "VALIDATION_ERROR",
                "VALIDATION_ERROR",
                "VALIDATION_ERROR",
                "VALIDATION_ERROR",
                "VALIDATION_ERROR");
        row(
                ErrorKind.UNAUTHENTICATED,
                "UNAUTHORIZED",
                "AUTHENTICATION_REQUIRED",
                "UNAUTHORIZED",
                "UNAUTHORIZED",
                "UNAUTHORIZED");
        row(ErrorKind.MFA_REQUIRED, "MFA_REQUIRED", "MFA_REQUIRED", "MFA_REQUIRED", "MFA_REQUIRED", "MFA_REQUIRED");
        row(
                ErrorKind.STEP_UP_REQUIRED,
                "STEP_UP_REQUIRED",
                "STEP_UP_REQUIRED",
                "STEP_UP_REQUIRED",
                "STEP_UP_REQUIRED",
                "STEP_UP_REQUIRED");
        row(
                ErrorKind.PAYMENT_REQUIRED,
                "PAYMENT_REQUIRED",
                "PAYMENT_REQUIRED",
                "PAYMENT_REQUIRED",
                "PAYMENT_REQUIRED",
                "PAYMENT_REQUIRED");
        row(ErrorKind.FORBIDDEN, "FORBIDDEN", "AUTHORIZATION_DENIED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN");
        row(
                ErrorKind.TENANT_MISMATCH,
                "TENANT_MISMATCH",
                "TENANT_MISMATCH",
                "TENANT_MISMATCH",
                "TENANT_MISMATCH",
                "TENANT_MISMATCH");
        row(ErrorKind.NOT_FOUND, "NOT_FOUND", "RESOURCE_NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "RESOURCE_NOT_FOUND");
        row(
                ErrorKind.METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "METHOD_NOT_ALLOWED",
                "METHOD_NOT_ALLOWED",
                "METHOD_NOT_ALLOWED",
                "METHOD_NOT_ALLOWED");
        row(
                ErrorKind.NOT_ACCEPTABLE,
                "NOT_ACCEPTABLE",
                "NOT_ACCEPTABLE",
                "NOT_ACCEPTABLE",
                "NOT_ACCEPTABLE",
                "NOT_ACCEPTABLE");
        row(ErrorKind.CONFLICT, "CONFLICT", "CONFLICT", "CONFLICT", "CONFLICT", "CONFLICT");
        row(ErrorKind.GONE, "GONE", "GONE", "GONE", "GONE", "GONE");
        row(
                ErrorKind.PRECONDITION_FAILED,
                "PRECONDITION_FAILED",
                "PRECONDITION_FAILED",
                "PRECONDITION_FAILED",
                "PRECONDITION_FAILED",
                "PRECONDITION_FAILED");
        row(
                ErrorKind.PAYLOAD_TOO_LARGE,
                "PAYLOAD_TOO_LARGE",
                "PAYLOAD_TOO_LARGE",
                "PAYLOAD_TOO_LARGE",
                "PAYLOAD_TOO_LARGE",
                "PAYLOAD_TOO_LARGE");
        row(ErrorKind.URI_TOO_LONG, "URI_TOO_LONG", "URI_TOO_LONG", "URI_TOO_LONG", "URI_TOO_LONG", "URI_TOO_LONG");
        row(
                ErrorKind.UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "UNSUPPORTED_MEDIA_TYPE",
                "UNSUPPORTED_MEDIA_TYPE",
                "UNSUPPORTED_MEDIA_TYPE",
                "UNSUPPORTED_MEDIA_TYPE");
        row(
                ErrorKind.UNPROCESSABLE,
                "UNPROCESSABLE",
                "UNPROCESSABLE",
                "UNPROCESSABLE",
                "UNPROCESSABLE",
                "UNPROCESSABLE");
        row(ErrorKind.LOCKED, "LOCKED", "LOCKED", "LOCKED", "LOCKED", "LOCKED");
        row(
                ErrorKind.PRECONDITION_REQUIRED,
                "PRECONDITION_REQUIRED",
                "PRECONDITION_REQUIRED",
                "PRECONDITION_REQUIRED",
                "PRECONDITION_REQUIRED",
                "PRECONDITION_REQUIRED");
        row(
                ErrorKind.RATE_LIMITED,
                "RATE_LIMIT_EXCEEDED",
                "RATE_LIMIT_EXCEEDED",
                "RATE_LIMIT_EXCEEDED",
                "RATE_LIMIT_EXCEEDED",
                "TOO_MANY_REQUESTS");
        row(
                ErrorKind.HEADERS_TOO_LARGE,
                "HEADERS_TOO_LARGE",
                "HEADERS_TOO_LARGE",
                "HEADERS_TOO_LARGE",
                "HEADERS_TOO_LARGE",
                "HEADERS_TOO_LARGE");
        row(
                ErrorKind.INTERNAL,
                "INTERNAL_ERROR",
                "INTERNAL_ERROR",
                "INTERNAL_ERROR",
                "INTERNAL_ERROR",
                "INTERNAL_ERROR");
        row(
                ErrorKind.NOT_CONFIGURED,
                "NOT_CONFIGURED",
                "NOT_CONFIGURED",
                "NOT_CONFIGURED",
                "NOT_CONFIGURED",
                "NOT_CONFIGURED");
        row(ErrorKind.BAD_GATEWAY, "BAD_GATEWAY", "BAD_GATEWAY", "BAD_GATEWAY", "BAD_GATEWAY", "BAD_GATEWAY");
        row(
                ErrorKind.UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                "SERVICE_UNAVAILABLE",
                "SERVICE_UNAVAILABLE",
                "SERVICE_UNAVAILABLE",
                "SERVICE_UNAVAILABLE");
        row(
                ErrorKind.GATEWAY_TIMEOUT,
                "GATEWAY_TIMEOUT",
                "GATEWAY_TIMEOUT",
                "GATEWAY_TIMEOUT",
                "GATEWAY_TIMEOUT",
                "GATEWAY_TIMEOUT");
        // @formatter:on
    }

    private ErrorCodes() {}

    /** The name a kind of error has in a dialect. Thread-safe. */
    public static String of(ErrorKind kind, Dialect dialect) {
        return TABLE.get(kind)[dialect.ordinal()];
    }

    /** The columns stand in the order of {@link Dialect}'s constants. */
    private static void row(ErrorKind kind, String... names) {
        TABLE.put(kind, names);
    }
}
