package org.platformforge.kernel.http.chain;

import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.PlatformException;

/**
 * Why a request gets no result.
 *
 * @param status of the answer; its kind's but for a status that no kind has
 * @param headers by name, what the resource says beside it
 */
record Refusal(PlatformException error, int status, Map<String, List<String>> headers) {
    static Refusal of(PlatformException error) {
        return new Refusal(error, error.kind().status(), Map.of());
    }
}
