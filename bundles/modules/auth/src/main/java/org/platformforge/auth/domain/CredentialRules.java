package org.platformforge.auth.domain;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.FieldError;

/** What an e-mail address, a name and a new password must be. */
final class CredentialRules {
    static final int MIN_PASSWORD = 8;
    /** A cap against hashing megabytes; longer passwords are refused, never cut. */
    static final int MAX_PASSWORD = 256;

    private static final Pattern EMAIL = Pattern.compile(
            "(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+");
    private static final int MAX_EMAIL = 254;
    private static final int MAX_NAME = 200;

    private CredentialRules() {}

    static String normalizeEmail(String email) {
        return email == null ? "" : email.strip().toLowerCase(Locale.ROOT);
    }

    /** Whether an account can have it; what cannot, such as a text with a NUL, is not to be asked of a database. */
    static boolean isEmail(String normalized) {
        return normalized.length() <= MAX_EMAIL && EMAIL.matcher(normalized).matches();
    }

    static void checkEmail(String normalized, List<FieldError> problems) {
        if (!isEmail(normalized)) {
            problems.add(new FieldError("email", "must be an e-mail address such as user@example.com"));
        }
    }

    static void checkName(String name, List<FieldError> problems) {
        if (name == null
                || name.isBlank()
                || name.length() > MAX_NAME
                || name.chars().anyMatch(Character::isISOControl)) {
            problems.add(new FieldError("name", "must be 1 to " + MAX_NAME + " characters without control characters"));
        }
    }

    /** @param email of whose password it is, normalized */
    static void checkNewPassword(String password, String email, List<FieldError> problems) {
        int length = password == null ? 0 : password.codePointCount(0, password.length());
        if (length < MIN_PASSWORD || length > MAX_PASSWORD) {
            problems.add(new FieldError(
                    "password", "must be " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters; longer is better"));
        } else if (CommonPasswords.contains(password)) {
            problems.add(new FieldError("password", "is among the most common ones that attackers try first"));
        } else if (normalizeEmail(password).equals(email)) {
            problems.add(new FieldError("password", "must not be the e-mail address"));
        }
    }
}
