package org.platformforge.auth.domain.mfa;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of second factor; document 002 names them {@code totp}, {@code email} and {@code sms}. */
public enum Method {
    TOTP("otp"),
    EMAIL("otp"),
    SMS("sms");

    private final String reference;

    Method(String reference) {
        this.reference = reference;
    }

    /** As documents write it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@code amr} of a session begun with a password and a code of this kind (RFC 8176). */
    public List<String> sessionMethods() {
        return List.of("pwd", reference, "mfa");
    }

    public static Optional<Method> ofWire(String text) {
        for (Method method : values()) {
            if (method.wire().equals(text)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
