package org.platformforge.kernel.security.limit;

import java.nio.file.Path;
import java.util.Map;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.security.config.DataFolder;

/** The rate limiter with its defaults. */
public final class TestLimiter {
    private TestLimiter() {}

    public static RateLimiter open(Path data) {
        return new WindowRateLimiter(
                Policies.of(Map.of(), ""),
                1_024,
                new DataFolder(data),
                System::currentTimeMillis,
                System::currentTimeMillis);
    }
}
