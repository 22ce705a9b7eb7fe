package org.platformforge.itests.contract;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.core.Context;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** A route for every kind of credential. */
@Component(service = CredentialResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Contract")
@Path("/api/v1/contract/credentials")
public final class CredentialResource {
    public record Who(String scheme, String tenantId, String subject) {
        static Who of(Caller caller) {
            return new Who(caller.scheme().name(), caller.tenantId(), caller.subject());
        }
    }

    @GET
    @Path("jwt")
    @Endpoint(
            operationId = "contractJwt",
            summary = "Access tokens only",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT)
    public Who jwt(@Context Caller caller) {
        return Who.of(caller);
    }

    @GET
    @Path("token")
    @Endpoint(
            operationId = "contractToken",
            summary = "API tokens only",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.API_TOKEN)
    public Who token(@Context Caller caller) {
        return Who.of(caller);
    }

    @GET
    @Path("key")
    @Endpoint(
            operationId = "contractKey",
            summary = "API keys only",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.API_KEY)
    public Who key(@Context Caller caller) {
        return Who.of(caller);
    }

    @GET
    @Path("public")
    @Endpoint(operationId = "contractPublic", summary = "No credential", permission = Endpoint.PUBLIC)
    public Who open(@Context Caller caller) {
        return Who.of(caller);
    }

    @GET
    @Path("operator")
    @Endpoint(operationId = "contractOperator", summary = "Operators only", permission = "system:contract")
    public Who operator(@Context Caller caller) {
        return Who.of(caller);
    }

    @GET
    @Path("admin")
    @Endpoint(
            operationId = "contractAdmin",
            summary = "Under document 002's limit of admin routes",
            permission = Endpoint.ANY_CALLER,
            rateLimits = "admin")
    public Who admin(@Context Caller caller) {
        return Who.of(caller);
    }
}
