package org.platformforge.auth.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** A body of the type {@code application/x-www-form-urlencoded}, as OAuth 2 has it (RFC 6749, Appendix B). */
final class FormBody {
    private FormBody() {}

    /**
     * The value of a parameter. Others are left aside, as RFC 6749 wants.
     *
     * @param body null for none
     * @throws PlatformException {@code MALFORMED} for what is no form, or has a parameter twice; {@code VALIDATION} when it is
     *     missing or empty
     */
    static String required(String body, String name) {
        String value = parameters(body == null ? "" : body).getOrDefault(name, "");
        if (value.isEmpty()) {
            throw PlatformException.invalid(name, "is required");
        }
        return value;
    }

    private static Map<String, String> parameters(String body) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (!name.isEmpty() && parameters.putIfAbsent(name, value) != null) {
                throw PlatformException.of(ErrorKind.MALFORMED, "A parameter of the form is there twice");
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(ErrorKind.MALFORMED, "The body is no form")
                    .withCause(e);
        }
    }
}
