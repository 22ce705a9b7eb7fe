package org.platformforge.itests.blackbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What tests have changed over HTTP, for {@link AuditAfterwardsTest}. Thread-safe. */
final class Changes {
    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final int MOST = 20_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Queue<Change> ALL = new ConcurrentLinkedQueue<>();

    /** @param authorization as it was sent, null for none */
    record Change(Http http, String method, String path, String requestId, String authorization) {
        /** Of the access token; empty for other credentials. */
        Optional<String> tenantId() {
            String[] parts = String.valueOf(authorization).split("\\.");
            if (parts.length != 3) {
                return Optional.empty();
            }
            try {
                byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
                return Optional.of(JSON.readTree(claims).path("tenant_id").asText());
            } catch (IOException | IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    private Changes() {}

    static void note(Http http, String method, String path, Answer answer, String... headers) {
        boolean changed = CHANGING.contains(method) && answer.status() >= 200 && answer.status() < 300;
        if (!changed || ALL.size() >= MOST) {
            return;
        }
        String authorization = null;
        for (int i = 0; i < headers.length; i += 2) {
            authorization = headers[i].equals("Authorization") ? headers[i + 1] : authorization;
        }
        ALL.add(new Change(http, method, path, answer.header("X-Request-Id"), authorization));
    }

    static List<Change> of(Http http) {
        return ALL.stream().filter(change -> change.http() == http).toList();
    }
}
