package org.platformforge.auth.rest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.Session;
import org.platformforge.auth.domain.TokenService;
import org.platformforge.auth.domain.TokenService.Live;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;

/**
 * Introspection (RFC 7662) and revocation (RFC 7009) of access, refresh and API tokens, with the bodies of these documents:
 * a form with {@code token}; {@code token_type_hint} is not needed, because every token says what it is.
 */
@Component(service = TokenResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Authentication")
@Path("/api/v1/auth")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@Produces(MediaType.APPLICATION_JSON)
public class TokenResource {
    private static final IntrospectionView INACTIVE = new IntrospectionView(
            false, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    private final TokenService tokens;

    /**
     * RFC 7662, section 2.2. Nothing but {@code active} is there for a token that is not.
     *
     * @param scope of an API token or key that is narrowed: permissions, separated by blanks
     * @param tokenType {@code Bearer}, {@code api_key} or {@code refresh_token}
     * @param exp in seconds since 1970, as {@code iat}, {@code nbf} and {@code authTime}
     * @param sub {@code user_…} or {@code key_…}
     * @param username {@code user_…} whom an API token or key acts for
     * @param sid session of an access or refresh token
     * @param amr how the person proved who they are
     */
    public record IntrospectionView(
            boolean active,
            String scope,
            String tokenType,
            Long exp,
            Long iat,
            Long nbf,
            String sub,
            String aud,
            String iss,
            String jti,
            String username,
            String tenantId,
            List<String> roles,
            String sid,
            List<String> amr,
            Long authTime) {}

    /**
     * The form of both requests (RFC 7662, section 2.1; RFC 7009, section 2.1). What else it holds is left aside (RFC 6749).
     *
     * @param tokenTypeHint is not needed
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TokenForm(@NotNull String token, String tokenTypeHint) {}

    @Activate
    public TokenResource(@Reference TokenService tokens) {
        this.tokens = tokens;
    }

    @POST
    @Path("/introspect")
    @Endpoint(
            operationId = "introspectToken",
            summary = "Whether a token of the caller's tenant is good now, and what it is (RFC 7662)",
            permission = Endpoint.ANY_CALLER,
            form = TokenForm.class)
    public IntrospectionView introspect(@Context Caller caller, String form) {
        return tokens.introspect(caller, FormBody.required(form, "token"))
                .map(this::view)
                .orElse(INACTIVE);
    }

    @POST
    @Path("/revoke")
    @Endpoint(
            operationId = "revokeToken",
            summary = "End a token, and the session it belongs to; having it is enough (RFC 7009)",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            form = TokenForm.class)
    public Map<String, Object> revoke(@Context Caller caller, String form) {
        tokens.revoke(caller, FormBody.required(form, "token"));
        return Map.of();
    }

    private IntrospectionView view(Live live) {
        return live.claims()
                .map(claims -> view(live, claims))
                .or(() -> live.key().map(key -> view(live, key)))
                .or(() -> live.session().map(session -> view(live, session)))
                .orElse(INACTIVE);
    }

    private static IntrospectionView view(Live live, JsonNode claims) {
        return new IntrospectionView(
                true,
                null,
                "Bearer",
                claims.path("exp").asLong(),
                claims.path("iat").asLong(),
                claims.path("nbf").asLong(),
                live.subject(),
                claims.path("aud").asText(),
                claims.path("iss").asText(),
                claims.path("jti").asText(),
                null,
                live.tenantId(),
                live.roles().stream().sorted().toList(),
                claims.path("sid").asText(),
                texts(claims.path("amr")),
                claims.has("auth_time") ? claims.path("auth_time").asLong() : null);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static IntrospectionView view(Live live, ApiKey key) {
        return new IntrospectionView(
                true,
                key.scopes().isEmpty()
                        ? null
                        : String.join(" ", key.scopes().stream().sorted().toList()),
                key.type() == ApiKeys.Type.KEY ? "api_key" : "Bearer",
                key.expiresAt() == null ? null : key.expiresAt().getEpochSecond(),
                key.createdAt().getEpochSecond(),
                null,
                live.subject(),
                null,
                null,
                null,
                key.createdBy(),
                live.tenantId(),
                live.roles().stream().sorted().toList(),
                null,
                null,
                null);
    }

    private IntrospectionView view(Live live, Session session) {
        return new IntrospectionView(
                true,
                null,
                "refresh_token",
                tokens.end(session).getEpochSecond(),
                session.rotatedAt().getEpochSecond(),
                null,
                live.subject(),
                null,
                null,
                null,
                null,
                live.tenantId(),
                null,
                session.id(),
                session.methods(),
                session.authenticatedAt().getEpochSecond());
    }
}
