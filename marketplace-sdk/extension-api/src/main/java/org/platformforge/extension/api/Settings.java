package org.platformforge.extension.api;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A tenant's configuration of the extension, valid against the {@code configuration} schema of its manifest, defaults
 * filled in. A change of the configuration shows in the next call. Immutable.
 */
@ProviderType
public interface Settings {
    /** Every value but the secret ones; JSON-compatible. */
    Map<String, Object> values();

    Optional<String> string(String key);

    Optional<Long> integer(String key);

    /** False when it is not set. */
    boolean flag(String key);

    /** A value the schema marks {@code writeOnly}. Never log it and never answer it. */
    Optional<String> secret(String key);
}
