package org.platformforge.kernel.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.http.dialect.RenderContext;

class JsonCodecWriteTest {
    enum State {
        IN_PROGRESS
    }

    record Provision(String provisionId, State status, Instant createdAt, String note) {}

    record Deployment(
            String id,
            @JsonInclude(JsonInclude.Include.ALWAYS) String errorMessage) {}

    record Deployments(List<Deployment> deployments) {}

    record Nothing() {}

    private final JsonCodec codec = new JsonCodec(JsonLimits.defaults());
    private final JsonMapper mapper = new JsonMapper();

    @AfterEach
    void close() {
        codec.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"PLATFORM_API", "API_REFERENCE", "INFRASTRUCTURE"})
    void writesBareObjectsInSnakeCaseWithoutNulls(Dialect dialect) {
        Provision provision =
                new Provision("prov-123", State.IN_PROGRESS, Instant.parse("2024-01-20T10:00:00.000001Z"), null);

        assertThat(text(provision, dialect))
                .isEqualTo("{\"provision_id\":\"prov-123\",\"status\":\"in_progress\","
                        + "\"created_at\":\"2024-01-20T10:00:00.000001Z\"}");
    }

    @Test
    void writesTheEnvelopeOf002() throws IOException {
        JsonNode body = mapper.readTree(text(Map.of("user", "u"), Dialect.PLATFORM_FORGE));

        assertThat(body.get("status").asText()).isEqualTo("success");
        assertThat(body.at("/data/user").asText()).isEqualTo("u");
        assertThat(body.at("/meta/version").asText()).isEqualTo("1.0");
        assertThat(body.at("/meta/request_id").asText()).isEqualTo("req_\"1");
        assertThat(body.at("/meta/timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @Test
    void writesNullDataIn002() throws IOException {
        assertThat(mapper.readTree(text(null, Dialect.PLATFORM_FORGE))
                        .get("data")
                        .isNull())
                .isTrue();
    }

    @Test
    void mergesTheBodyInto003AndKeepsTheDocumentedNull() {
        Deployments list = new Deployments(List.of(new Deployment("uuid-1", null)));

        assertThat(text(list, Dialect.PAAS))
                .isEqualTo("{\"success\":true,\"deployments\":[{\"id\":\"uuid-1\",\"error_message\":null}]}");
    }

    @Test
    void writes003WithoutABody() {
        assertThat(text(null, Dialect.PAAS)).isEqualTo("{\"success\":true}");
        assertThat(text(new Nothing(), Dialect.PAAS)).isEqualTo("{\"success\":true}");
    }

    @Test
    void puts003BodiesThatAreNoObjectsUnderData() {
        assertThat(text(List.of(1, 2), Dialect.PAAS)).isEqualTo("{\"success\":true,\"data\":[1,2]}");
    }

    @Test
    void writesNothingForNullInBareDialects() {
        assertThat(codec.write(null, context(Dialect.PLATFORM_API))).isEmpty();
    }

    @Test
    void writesBareJsonWithoutAContext() {
        assertThat(new String(codec.write(new Nothing(), null), StandardCharsets.UTF_8))
                .isEqualTo("{}");
    }

    @Test
    void writesLargeBodies() throws IOException {
        List<String> items = java.util.stream.IntStream.range(0, 50_000)
                .mapToObj(i -> "item-" + i)
                .toList();

        assertThat(mapper.readTree(text(Map.of("items", items), Dialect.PLATFORM_FORGE))
                        .at("/data/items")
                        .size())
                .isEqualTo(50_000);
    }

    @Test
    void reportsABodyThatCannotBeWrittenAsOurBug() {
        Map<String, Object> endless = new java.util.HashMap<>();
        endless.put("self", endless);

        assertThatThrownBy(() -> codec.write(endless, context(Dialect.PLATFORM_API)))
                .isInstanceOf(UncheckedIOException.class);
    }

    private String text(Object entity, Dialect dialect) {
        return new String(codec.write(entity, context(dialect)), StandardCharsets.UTF_8);
    }

    private static RenderContext context(Dialect dialect) {
        return new RenderContext(dialect, "req_\"1", "/x", false);
    }
}
