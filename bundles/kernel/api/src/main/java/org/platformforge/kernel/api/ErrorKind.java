package org.platformforge.kernel.api;

/**
 * The canonical kinds of failure. Each has one HTTP status and one name per dialect; the table that maps them is in the
 * kernel's http bundle and every row of it is tested.
 */
public enum ErrorKind {
    /** The body, query or header cannot be read at all: broken JSON, duplicate keys, wrong types. */
    MALFORMED(400),
    /** Readable, but one or more fields are wrong; {@link PlatformException#fields()} names each of them. */
    VALIDATION(400),
    UNAUTHENTICATED(401),
    /** The password was right and a second factor is still needed. */
    MFA_REQUIRED(401),
    /** The session is valid, but the person behind it has to prove anew who they are (RFC 9470). */
    STEP_UP_REQUIRED(401),
    /** The tenant's plan or its unpaid bill is in the way. */
    PAYMENT_REQUIRED(402),
    FORBIDDEN(403),
    /** A tenant named in the request is not the credential's tenant. */
    TENANT_MISMATCH(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    NOT_ACCEPTABLE(406),
    CONFLICT(409),
    /** It was here and will not come back. */
    GONE(410),
    PRECONDITION_FAILED(412),
    PAYLOAD_TOO_LARGE(413),
    URI_TOO_LONG(414),
    UNSUPPORTED_MEDIA_TYPE(415),
    /** Understood but refused as it stands, such as an idempotency key reused with another payload. */
    UNPROCESSABLE(422),
    /** Held by somebody else for now. */
    LOCKED(423),
    PRECONDITION_REQUIRED(428),
    RATE_LIMITED(429),
    HEADERS_TOO_LARGE(431),
    INTERNAL(500),
    /** The feature exists but the operator has not configured what it needs. */
    NOT_CONFIGURED(501),
    BAD_GATEWAY(502),
    UNAVAILABLE(503),
    GATEWAY_TIMEOUT(504);

    private final int status;

    ErrorKind(int status) {
        this.status = status;
    }

    /** The HTTP status of this kind, the same in every dialect. */
    public int status() {
        return status;
    }
}
