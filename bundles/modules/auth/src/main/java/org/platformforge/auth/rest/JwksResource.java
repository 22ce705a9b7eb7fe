package org.platformforge.auth.rest;

import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.security.AccessTokens;

/** The keys access tokens verify with (RFC 7517), for whoever checks them without asking the platform. */
@Component(service = JwksResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Authentication")
@Path("/.well-known/jwks.json")
@Produces(MediaType.APPLICATION_JSON)
public class JwksResource {
    private final AccessTokens tokens;

    @Activate
    public JwksResource(@Reference AccessTokens tokens) {
        this.tokens = tokens;
    }

    @GET
    @Endpoint(
            operationId = "getJwks",
            summary = "Public keys of the access tokens",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE)
    public Map<String, Object> jwks() {
        return tokens.jwks();
    }
}
