package org.platformforge.kernel.http.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Dialect;

class ErrorRendererTest {
    private static final Instant NOW = Instant.parse("2024-01-20T10:00:00.987Z");
    private static final PlatformException INVALID = PlatformException.invalid(
            "Invalid request parameters",
            List.of(
                    new FieldError("environment", "Environment 'invalid' does not exist"),
                    new FieldError("resources.cores", "must be at most 16")));

    private final ErrorRenderer renderer = new ErrorRenderer(Clock.fixed(NOW, ZoneOffset.UTC));
    private final JsonMapper mapper = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static Stream<Arguments> everyRow() {
        return Arrays.stream(ErrorKind.values())
                .flatMap(kind -> Arrays.stream(Dialect.values()).map(dialect -> Arguments.of(kind, dialect)));
    }

    @ParameterizedTest
    @MethodSource("everyRow")
    void rendersEveryKindInEveryDialect(ErrorKind kind, Dialect dialect) throws IOException {
        JsonNode body =
                dialectBody(PlatformException.of(kind, "What went wrong").withDetail("hint", 7), dialect);
        String code = ErrorCodes.of(kind, dialect);

        assertThat(code).matches("[A-Z][A-Z_]+");
        if (dialect == Dialect.PAAS) {
            assertThat(body.get("success").isBoolean()).isTrue();
            assertThat(body.get("success").asBoolean()).isFalse();
            String text = kind.status() == 400
                    ? body.at("/errors/0").asText()
                    : body.get("error").asText();
            assertThat(text).isEqualTo("What went wrong");
        } else {
            assertThat(body.at("/error/code").asText()).isEqualTo(code);
            assertThat(body.at("/error/message").asText()).isEqualTo("What went wrong");
            assertThat(body.at("/error/details").isArray()).isEqualTo(dialect == Dialect.API_REFERENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("everyRow")
    void rendersEveryKindAsProblemInEveryDialect(ErrorKind kind, Dialect dialect) throws IOException {
        Rendered rendered = renderer.render(
                PlatformException.of(kind, "What went wrong"), new RenderContext(dialect, "req_1", "/api/v1/x", true));
        JsonNode body = mapper.readTree(rendered.body());

        assertThat(rendered.contentType()).isEqualTo("application/problem+json");
        assertThat(body.get("status").asInt()).isEqualTo(kind.status());
        assertThat(body.get("title").asText())
                .isEqualTo(StatusPhrases.of(kind.status()))
                .isNotBlank();
        assertThat(body.get("detail").asText()).isEqualTo("What went wrong");
        assertThat(body.get("instance").asText()).isEqualTo("/api/v1/x");
        assertThat(body.get("code").asText()).isEqualTo(ErrorCodes.of(kind, dialect));
        assertThat(body.get("request_id").asText()).isEqualTo("req_1");
        String type = body.get("type").asText();
        assertThat(type).startsWith(ErrorDocs.PATH + "#");
        assertThat(ErrorDocs.page())
                .containsOnlyOnce("id=\"" + type.substring(type.indexOf('#') + 1) + "\"")
                .contains("<code>" + ErrorCodes.of(kind, dialect) + "</code>");
    }

    @ParameterizedTest
    @CsvSource({
        "API_REFERENCE,  UNAUTHENTICATED, AUTHENTICATION_REQUIRED",
        "API_REFERENCE,  FORBIDDEN,       AUTHORIZATION_DENIED",
        "API_REFERENCE,  VALIDATION,      VALIDATION_ERROR",
        "API_REFERENCE,  NOT_FOUND,       RESOURCE_NOT_FOUND",
        "API_REFERENCE,  RATE_LIMITED,    RATE_LIMIT_EXCEEDED",
        "API_REFERENCE,  INTERNAL,        INTERNAL_ERROR",
        "PLATFORM_FORGE, UNAUTHENTICATED, UNAUTHORIZED",
        "PLATFORM_FORGE, FORBIDDEN,       FORBIDDEN",
        "PLATFORM_FORGE, NOT_FOUND,       NOT_FOUND",
        "PLATFORM_FORGE, VALIDATION,      VALIDATION_ERROR",
        "PLATFORM_FORGE, RATE_LIMITED,    RATE_LIMIT_EXCEEDED",
        "PLATFORM_FORGE, INTERNAL,        INTERNAL_ERROR",
        "PLATFORM_FORGE, TENANT_MISMATCH, TENANT_MISMATCH",
        "PLATFORM_FORGE, MFA_REQUIRED,    MFA_REQUIRED",
        "PLATFORM_FORGE, STEP_UP_REQUIRED, STEP_UP_REQUIRED",
        "INFRASTRUCTURE, UNAUTHENTICATED, UNAUTHORIZED",
        "INFRASTRUCTURE, FORBIDDEN,       FORBIDDEN",
        "INFRASTRUCTURE, NOT_FOUND,       RESOURCE_NOT_FOUND",
        "INFRASTRUCTURE, VALIDATION,      VALIDATION_ERROR",
        "INFRASTRUCTURE, INTERNAL,        INTERNAL_ERROR"
    })
    void usesTheNamesOfTheDocuments(Dialect dialect, ErrorKind kind, String name) {
        assertThat(ErrorCodes.of(kind, dialect)).isEqualTo(name);
    }

    @Test
    void showsFieldsAsKeysOfDetailsIn000() throws IOException {
        JsonNode body = dialectBody(INVALID.withCode("PROVISION_FAILED"), Dialect.PLATFORM_API);

        assertThat(body.at("/error/code").asText()).isEqualTo("PROVISION_FAILED");
        assertThat(body.at("/error/details").get("environment").asText())
                .isEqualTo("Environment 'invalid' does not exist");
        assertThat(body.at("/error/details").get("resources.cores").asText()).isEqualTo("must be at most 16");
        assertThat(body.size()).isEqualTo(1);
    }

    @Test
    void keepsTwoErrorsOfOneFieldWithoutRepeatingAKey() throws IOException {
        PlatformException twice = PlatformException.invalid(
                "Invalid",
                List.of(new FieldError("name", "is too short"), new FieldError("name", "must match [a-z]+")));

        JsonNode details = dialectBody(twice.withDetail("name", "shadowed"), Dialect.PLATFORM_API)
                .at("/error/details");

        assertThat(details.get("name").asText()).isEqualTo("is too short; must match [a-z]+");
    }

    @Test
    void showsFieldsAsListIn001ExactlyAsTheDocument() throws IOException {
        JsonNode body = dialectBody(
                PlatformException.invalid(
                        "Invalid request parameters",
                        List.of(new FieldError("environment", "Environment 'invalid' does not exist"))),
                Dialect.API_REFERENCE);

        assertThat(body).isEqualTo(mapper.readTree("""
                {"error": {"code": "VALIDATION_ERROR", "message": "Invalid request parameters", "details": [
                  {"field": "environment", "message": "Environment 'invalid' does not exist"}]}}"""));
    }

    @Test
    void rendersTheEnvelopeOf002WithMeta() throws IOException {
        JsonNode body = dialectBody(
                PlatformException.of(ErrorKind.NOT_FOUND, "No").withDetail("id", "x"), Dialect.PLATFORM_FORGE);

        assertThat(body).isEqualTo(mapper.readTree("""
                {"status": "error", "error": {"code": "NOT_FOUND", "message": "No", "details": {"id": "x"}},
                 "meta": {"timestamp": "2024-01-20T10:00:00Z", "request_id": "req_1"}}"""));
    }

    @Test
    void renders003WithAListForValidationAndATextOtherwise() throws IOException {
        JsonNode invalid = dialectBody(INVALID, Dialect.PAAS);
        JsonNode missing = dialectBody(PlatformException.of(ErrorKind.NOT_FOUND, "Deployment not found"), Dialect.PAAS);

        assertThat(invalid).isEqualTo(mapper.readTree("""
                {"success": false, "errors": ["Environment 'invalid' does not exist",
                 "resources.cores must be at most 16"]}"""));
        assertThat(missing).isEqualTo(mapper.readTree("{\"success\": false, \"error\": \"Deployment not found\"}"));
    }

    @Test
    void leavesASentenceOf003AloneWhenItNamesItsField() throws IOException {
        JsonNode body = dialectBody(
                PlatformException.invalid("deployment_type", "Invalid deployment_type. Must be 'vm' or 'lxc'"),
                Dialect.PAAS);

        assertThat(body.at("/errors/0").asText()).isEqualTo("Invalid deployment_type. Must be 'vm' or 'lxc'");
        JsonNode apart = dialectBody(PlatformException.invalid("github_url", "Invalid GitHub URL"), Dialect.PAAS);
        JsonNode article = dialectBody(PlatformException.invalid("env.A", "must be a string"), Dialect.PAAS);
        assertThat(article.path("errors").path(0).asText()).isEqualTo("env.A must be a string");
        assertThat(apart.at("/errors/0").asText()).isEqualTo("Invalid GitHub URL");
    }

    @Test
    void rendersFieldErrorsAsProblemErrors() throws IOException {
        Rendered rendered = renderer.render(INVALID, new RenderContext(Dialect.PLATFORM_API, "r", "/p", true));

        assertThat(mapper.readTree(rendered.body()).at("/errors/1/field").asText())
                .isEqualTo("resources.cores");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void escapesHostileText(Dialect dialect) throws IOException {
        String hostile = "\"},\"x\":{\"<script>\u0000\u2028\n\\ \ud83d\ude00";
        PlatformException error =
                PlatformException.of(ErrorKind.CONFLICT, hostile).withDetail("\"<\n\u2028", hostile);

        JsonNode body = dialectBody(error, dialect);

        assertThat(body.findValuesAsText(dialect == Dialect.PAAS ? "error" : "message"))
                .contains(hostile);
    }

    @Test
    void rendersNestedDetailsAndNeverTheFieldsOfAnObject() throws IOException {
        PlatformException error = PlatformException.of(ErrorKind.CONFLICT, "No")
                .withDetail("map", Map.of("list", List.of(1, 2.5, true)))
                .withDetail("nan", Double.NaN)
                .withDetail("null", null)
                .withDetail("at", NOW);

        JsonNode details = dialectBody(error, Dialect.PLATFORM_API).at("/error/details");

        assertThat(details).isEqualTo(mapper.readTree("""
                {"map": {"list": [1, 2.5, true]}, "nan": null, "null": null, "at": "2024-01-20T10:00:00.987Z"}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/provision/x, PLATFORM_API",
        "/nowhere, PLATFORM_API",
        "/api/v1/services, API_REFERENCE",
        "/v1/services/a/deploy, API_REFERENCE",
        "/api/v1/infrastructure/resources, API_REFERENCE",
        "/v1/infrastructure/resources, API_REFERENCE",
        "/v1/infrastructure/deploy/x, INFRASTRUCTURE",
        "/api/v1/infrastructure/deploy/x, INFRASTRUCTURE",
        "/api/v1/infrastructure/resourcesx, INFRASTRUCTURE",
        "/api/v1/pipelines/x/run, API_REFERENCE",
        "/api/v1/auth/login, PLATFORM_FORGE",
        "/api/v1/admin/users, PLATFORM_FORGE",
        "/api/deploy, PAAS",
        "/api/deployments/x/logs, PAAS",
        "/api/deploymentsx, PLATFORM_API",
        "/api/stats, PAAS"
    })
    void guessesTheDialectOfAnUnroutedPath(String path, Dialect dialect) {
        assertThat(Dialects.ofPath(path)).isEqualTo(dialect);
    }

    private JsonNode dialectBody(PlatformException error, Dialect dialect) throws IOException {
        Rendered rendered = renderer.render(error, new RenderContext(dialect, "req_1", "/api/v1/x", false));
        assertThat(rendered.contentType()).isEqualTo("application/json");
        return mapper.readTree(rendered.body());
    }
}
