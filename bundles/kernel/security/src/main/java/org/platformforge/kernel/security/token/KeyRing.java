package org.platformforge.kernel.security.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The signing keys at one moment, oldest first. Time decides what each is for, so every node that has read the same
 * rows acts the same: the newest key whose time has come signs, a later one is only published, an earlier one still
 * verifies until {@code keep} after its successor began.
 */
record KeyRing(List<SigningKey> keys, Map<String, SigningKey> byHeader) {
    static KeyRing of(List<SigningKey> keys) {
        return new KeyRing(
                List.copyOf(keys),
                keys.stream().collect(Collectors.toUnmodifiableMap(SigningKey::header, Function.identity())));
    }

    /** The key that signs; the first one even before its time, because there is no other. */
    Optional<SigningKey> signing(Instant now) {
        SigningKey found = keys.isEmpty() ? null : keys.get(0);
        for (SigningKey key : keys) {
            if (!key.signsFrom().isAfter(now)) {
                found = key;
            }
        }
        return Optional.ofNullable(found);
    }

    /** The key that is published and does not sign yet. */
    Optional<SigningKey> next(Instant now) {
        return keys.stream().filter(key -> key.signsFrom().isAfter(now)).findFirst();
    }

    /** The key that wrote this token header, while its tokens are accepted. */
    Optional<SigningKey> verifying(String header, Instant now, Duration keep) {
        return Optional.ofNullable(byHeader.get(header)).filter(key -> verifies(key, now, keep));
    }

    List<SigningKey> published(Instant now, Duration keep) {
        return keys.stream().filter(key -> verifies(key, now, keep)).toList();
    }

    List<SigningKey> expired(Instant now, Duration keep) {
        return keys.stream().filter(key -> !verifies(key, now, keep)).toList();
    }

    int lastSerial() {
        return keys.isEmpty() ? 0 : keys.get(keys.size() - 1).serial();
    }

    /** When the key's tokens are no longer accepted; it has a successor. */
    Instant verifiesUntil(SigningKey key, Duration keep) {
        return keys.get(keys.indexOf(key) + 1).signsFrom().plus(keep);
    }

    private boolean verifies(SigningKey key, Instant now, Duration keep) {
        return keys.indexOf(key) == keys.size() - 1 || now.isBefore(verifiesUntil(key, keep));
    }
}
