package org.platformforge.kernel.http.dialect;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Dialect;

/**
 * The page that says what each kind of error means and what a client does about it. It is HTML without scripts, styles and
 * anything of the request. Thread-safe.
 */
public final class ErrorDocs {
    public static final String PATH = "/docs/errors";

    private ErrorDocs() {}

    /** The kind's place on the page, as a reference relative to the platform's own origin. */
    public static String link(ErrorKind kind) {
        return PATH + '#' + anchor(kind);
    }

    /** The value of the header {@code Link} of an error answer (RFC 8288): no document's envelope has a place for it. */
    public static String header(ErrorKind kind) {
        return '<' + link(kind) + ">; rel=\"help\"";
    }

    public static String page() {
        StringBuilder page = new StringBuilder(16 * 1024).append("""
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Errors of Platform Forge</title></head>
                <body>
                <h1>Errors</h1>
                <p>Every error answer names its section of this page: in the header <code>Link</code> with \
                <code>rel="help"</code>, and with <code>Accept: application/problem+json</code> (RFC 9457) in \
                <code>type</code>. A <code>code</code> that stands in no section is a more precise one of a single module; \
                its message says what it is about, and what its section says holds for it too.</p>
                <p>The header <code>X-Request-Id</code> finds a request in the platform's logs and audit records.</p>
                """);
        for (ErrorKind kind : ErrorKind.values()) {
            page.append("<h2 id=\"%s\">%d %s</h2>%n<p>Code: %s</p>%n<p>%s</p>%n"
                    .formatted(anchor(kind), kind.status(), StatusPhrases.of(kind.status()), codes(kind), text(kind)));
        }
        return page.append("</body>\n</html>\n").toString().replace("\r\n", "\n");
    }

    private static String anchor(ErrorKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String codes(ErrorKind kind) {
        return Arrays.stream(Dialect.values())
                .map(dialect -> ErrorCodes.of(kind, dialect))
                .distinct()
                .map(code -> "<code>" + code + "</code>")
                .collect(Collectors.joining(" or "));
    }

    private static String text(ErrorKind kind) {
        return switch (kind) {
            case MALFORMED ->
                "The body, the query or a header cannot be read: broken JSON, a key that is there twice, a value of"
                        + " another type. Mend the request; as it is it will never be accepted.";
            case VALIDATION ->
                "The request can be read, but fields of it are wrong, and each is named with what it must be. Mend"
                        + " them and send it again.";
            case UNAUTHENTICATED ->
                "The credential is missing, expired, revoked or wrong. Refresh the access token, sign in, or"
                        + " send another key.";
            case MFA_REQUIRED ->
                "The password was right and a second factor is needed. Sign in again with the code, or with the"
                        + " <code>mfa_token</code> of this answer and the code.";
            case STEP_UP_REQUIRED ->
                "Who is behind the session must have been proved a short time ago (RFC 9470). Call"
                        + " <code>POST /api/v1/auth/reauthenticate</code> and repeat the request with the new access token;"
                        + " where <code>acr_values</code> is given, with a second factor.";
            case PAYMENT_REQUIRED -> "The tenant's plan does not include this, or a bill is unpaid.";
            case FORBIDDEN ->
                "The credential is good and does not have the permission; a key may also be narrowed by its"
                        + " scopes. Another credential, or an administrator of the tenant, can help.";
            case TENANT_MISMATCH ->
                "The request names another tenant than the credential's. Leave the tenant out: it always comes"
                        + " from the credential.";
            case NOT_FOUND -> "There is no such path or no such thing, or it is another tenant's.";
            case METHOD_NOT_ALLOWED ->
                "The path is there, but not with this method; <code>Allow</code> names those it has.";
            case NOT_ACCEPTABLE -> "The route has no answer of a type that <code>Accept</code> names.";
            case CONFLICT ->
                "The request does not fit what is there now: a name that is taken, a state that does not permit"
                        + " it, another request at work with the same <code>Idempotency-Key</code>. Read the thing anew,"
                        + " then decide.";
            case GONE -> "It was here and will not come back.";
            case PRECONDITION_FAILED ->
                "The thing has changed since the <code>ETag</code> in <code>If-Match</code> was read."
                        + " Read it again and repeat the change upon what is there.";
            case PAYLOAD_TOO_LARGE -> "The body is larger than the route takes. Send less.";
            case URI_TOO_LONG -> "The path and query are too long. Shorten the query.";
            case UNSUPPORTED_MEDIA_TYPE ->
                "The route does not take a body of this <code>Content-Type</code> or"
                        + " <code>Content-Encoding</code>.";
            case UNPROCESSABLE ->
                "The request is understood and refused as it stands, such as an <code>Idempotency-Key</code>"
                        + " that is used again with another body.";
            case LOCKED -> "Somebody else holds it for now. Try again later.";
            case PRECONDITION_REQUIRED ->
                "This change wants <code>If-Match</code> with the <code>ETag</code> of what it replaces.";
            case RATE_LIMITED -> "Too many requests. Wait the seconds that <code>Retry-After</code> says.";
            case HEADERS_TOO_LARGE -> "The headers are too large. Send fewer or shorter ones.";
            case INTERNAL ->
                "Something that the platform did not foresee. Report it with the request id; a repeated"
                        + " <code>POST</code> is safe with an <code>Idempotency-Key</code>.";
            case NOT_CONFIGURED -> "The operator has not configured what this needs; the message names it.";
            case BAD_GATEWAY -> "Something behind the platform answered with what cannot be used.";
            case UNAVAILABLE ->
                "Not at the moment: a start, an update, maintenance or too much to do. Wait the seconds that"
                        + " <code>Retry-After</code> says.";
            case GATEWAY_TIMEOUT ->
                "Something behind the platform did not answer in time; what was asked of it may have been done.";
        };
    }
}
