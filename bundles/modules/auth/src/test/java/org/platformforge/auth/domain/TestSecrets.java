package org.platformforge.auth.domain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.security.secret.KeyedSecrets;

/** The kernel's secrets under a given key. */
final class TestSecrets {
    private TestSecrets() {}

    static Secrets of(String key) {
        return new KeyedSecrets(List.of(Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 32)));
    }
}
