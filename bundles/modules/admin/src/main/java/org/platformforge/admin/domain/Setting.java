package org.platformforge.admin.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The settings of document 002, System Configuration: what each is, and which key of which file it overrides. */
public enum Setting {
    /** Requests are answered 503, but for health, sign-in and administration. */
    MAINTENANCE_MODE(Boolean.FALSE, false, "org.platformforge.kernel.http", "maintenance.mode") {
        @Override
        boolean stricter(Object one, Object other) {
            return false;
        }
    },
    /** Whether strangers may register. */
    REGISTRATION_ENABLED(Boolean.TRUE, false, "org.platformforge.auth", "registration.enabled") {
        @Override
        boolean stricter(Object one, Object other) {
            return false;
        }
    },
    /** Whether a second factor is needed to do anything but enrol one. */
    MFA_REQUIRED(Boolean.FALSE, true, "org.platformforge.kernel.security", "mfa.required") {
        @Override
        boolean stricter(Object one, Object other) {
            return (Boolean) one && !(Boolean) other;
        }
    },
    /** Seconds after which a session that was not refreshed ends. */
    SESSION_TIMEOUT(2_592_000L, true, "org.platformforge.auth", "session.timeout.seconds") {
        @Override
        boolean stricter(Object one, Object other) {
            return (Long) one < (Long) other;
        }
    };

    static final long SHORTEST_SESSION = 60;
    static final long LONGEST_SESSION = 31_536_000;

    private final Object initial;
    private final boolean ofTenants;
    private final String pid;
    private final String key;

    Setting(Object initial, boolean ofTenants, String pid, String key) {
        this.initial = initial;
        this.ofTenants = ofTenants;
        this.pid = pid;
        this.key = key;
    }

    /** Whether the first value asks more than the second; a tenant may ask more than the platform, never less. */
    abstract boolean stricter(Object one, Object other);

    /** As clients write it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Setting> of(String wireName) {
        return Arrays.stream(values())
                .filter(setting -> setting.wireName().equals(wireName))
                .findFirst();
    }

    /** What is in force where nobody has set anything. */
    public Object initial() {
        return initial;
    }

    /** Whether tenants may override it for themselves. */
    public boolean ofTenants() {
        return ofTenants;
    }

    /** The configuration whose file may set it too. */
    String pid() {
        return pid;
    }

    /** Its key there. */
    String key() {
        return key;
    }

    public boolean isFlag() {
        return initial instanceof Boolean;
    }

    /** The value in the setting's type; empty when it is none. */
    Optional<Object> parse(Object value) {
        if (isFlag()) {
            if (value instanceof Boolean) {
                return Optional.of(value);
            }
            String text = value instanceof String ? ((String) value).strip() : "";
            return text.matches("true|false") ? Optional.of(Boolean.valueOf(text)) : Optional.empty();
        }
        String text = value instanceof Number || value instanceof String
                ? value.toString().strip()
                : "";
        if (!text.matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        long seconds = Long.parseLong(text);
        return seconds >= SHORTEST_SESSION && seconds <= LONGEST_SESSION ? Optional.of(seconds) : Optional.empty();
    }

    /** What a value must be, for a person. */
    public String expected() {
        return isFlag()
                ? "must be true or false"
                : "must be a whole number of seconds, " + SHORTEST_SESSION + " to " + LONGEST_SESSION;
    }
}
