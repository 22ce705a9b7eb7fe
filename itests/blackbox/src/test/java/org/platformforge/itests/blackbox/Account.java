package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/** A user who signed in. */
public record Account(String email, String tenantId, String accessToken, String refreshToken) {
    public static final String PASSWORD = "a long enough password";

    /** Somebody new, with a tenant of their own. */
    public static Account register(Platform platform) {
        String email = "user-" + UUID.randomUUID() + "@example.com";
        Answer answer = platform.http().post("/api/v1/auth/register", """
                        {"email": "%s", "password": "%s", "name": "Somebody"}""".formatted(email, PASSWORD));
        assertThat(answer.status()).as(answer.toString()).isBetween(200, 201);
        return of(email, answer.data());
    }

    public static Account login(Platform platform, String email, String password) {
        Answer answer = platform.http().post("/api/v1/auth/login", """
                        {"email": "%s", "password": "%s"}""".formatted(email, password));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return of(email, answer.data());
    }

    private static Account of(String email, JsonNode data) {
        return new Account(
                email,
                data.path("user").path("tenant_id").asText(),
                data.path("access_token").asText(),
                data.path("refresh_token").asText());
    }

    public String[] bearer() {
        return bearer(accessToken);
    }

    public static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    /** @param json the request; its answer is the payload with {@code api_key} and {@code secret} */
    public JsonNode createKey(Platform platform, String json) {
        Answer answer = platform.http().post("/api/v1/auth/api-keys", json, bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.data();
    }
}
