package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Applications of one account, made from the template {@code web-app}. */
public final class Apps {
    public static final Duration WITHIN = Duration.ofSeconds(90);

    private final Platform platform;
    private final Account account;

    public Apps(Platform platform, Account account) {
        this.platform = platform;
        this.account = account;
    }

    /** Returns when it runs: the provision as {@code GET /api/v1/provision/{id}} shows it. */
    public JsonNode create() {
        JsonNode provision = ended(request());
        assertThat(provision.path("status").asText()).as(provision.toString()).isEqualTo("completed");
        return provision;
    }

    /** Returns with the id of a provision that was accepted. */
    public String request() {
        String name = "app-" + UUID.randomUUID().toString().substring(0, 8);
        Answer accepted = platform.http().post("/api/v1/provision", """
                        {"template": "web-app", "parameters": {"app_name": "%s", "environment": "test"}}""".formatted(name), account.bearer());
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return accepted.json().path("provision_id").asText();
    }

    /** Returns when it has ended, well or not. */
    public JsonNode ended(String id) {
        await().atMost(WITHIN)
                .until(() -> List.of("completed", "failed", "cancelled")
                        .contains(status(id).path("status").asText()));
        return status(id);
    }

    /** By name, as a browser would, but without asking a name server. */
    public Answer visit(JsonNode provision) {
        String url = provision.path("resources").path("url").asText();
        assertThat(url).as(provision.toString()).startsWith("http");
        return platform.http().get("/", "Host", URI.create(url).getAuthority());
    }

    /** Returns when nothing is left. */
    public void deleteAll() {
        for (JsonNode resource : resources()) {
            Answer answer = platform.http()
                    .delete("/api/v1/resources/" + resource.path("id").asText() + "?cascade=true", account.bearer());
            assertThat(answer.status()).as(answer.toString()).isIn(200, 202, 404);
        }
        await().atMost(WITHIN).untilAsserted(() -> assertThat(resources()).isEmpty());
    }

    public JsonNode resources() {
        Answer answer = platform.http().get("/api/v1/resources?limit=100", account.bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().path("resources");
    }

    JsonNode status(String provisionId) {
        return platform.http()
                .get("/api/v1/provision/" + provisionId, account.bearer())
                .json();
    }
}
