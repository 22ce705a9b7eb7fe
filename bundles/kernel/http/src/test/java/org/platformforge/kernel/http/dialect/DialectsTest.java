package org.platformforge.kernel.http.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.http.Dialect;

class DialectsTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "/api/v1/pipelines,                  API_REFERENCE",
        "/api/v1/pipelines/p-1/runs,         API_REFERENCE",
        "/v1/pipelines/p-1,                  API_REFERENCE",
        "/api/v1/pipelines/,                 API_REFERENCE",
        "/api/v1/pipelines-of-mine,          PLATFORM_API",
        "/api/v1/infrastructure/resources,   API_REFERENCE",
        "/v1/infrastructure/resources/r-1,   API_REFERENCE",
        "/api/v1/infrastructure/resources-2, INFRASTRUCTURE",
        "/v1/infrastructure/nodes,           INFRASTRUCTURE",
        "/api/v1/services/s,                 API_REFERENCE",
        "/api/v1/auth/login,                 PLATFORM_FORGE",
        "/api/v1/resources/r-1,              PLATFORM_API",
        "/api/deploy/d-1,                    PAAS",
        "/nowhere,                           PLATFORM_API"
    })
    void guessesByThePathAlone(String path, Dialect dialect) {
        assertThat(Dialects.ofPath(path)).isEqualTo(dialect);
    }
}
