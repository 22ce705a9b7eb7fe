package org.platformforge.auth.rest;

import javax.validation.Valid;
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
import org.platformforge.auth.domain.PasswordService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** New passwords, for who forgot theirs and for who did not. */
@Component(service = PasswordResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/password")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PasswordResource {
    private final PasswordService passwords;

    public record ForgotRequest(@NotNull String email) {}

    /** The same for addresses with and without an account. */
    public record ForgotView(boolean accepted) {}

    /** @param token from the mail */
    public record ResetRequest(
            @NotNull String token, @NotNull String password) {}

    public record ChangeRequest(
            @NotNull String currentPassword, @NotNull String password) {}

    public record ChangedView(boolean changed) {}

    @Activate
    public PasswordResource(@Reference PasswordService passwords) {
        this.passwords = passwords;
    }

    @POST
    @Path("/forgot")
    @Endpoint(
            operationId = "forgotPassword",
            summary = "Send a token for a new password to the address, if it is an account's",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            status = 202)
    public ForgotView forgot(@Context Caller caller, @Valid ForgotRequest request) {
        passwords.forgot(caller, request.email());
        return new ForgotView(true);
    }

    @POST
    @Path("/reset")
    @Endpoint(
            operationId = "resetPassword",
            summary = "Set a new password with the token of a mail; all sessions end",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            errors = ErrorKind.UNAVAILABLE)
    public ChangedView reset(@Context Caller caller, @Valid ResetRequest request) {
        passwords.reset(caller, request.token(), request.password());
        return new ChangedView(true);
    }

    @POST
    @Path("/change")
    @Endpoint(
            operationId = "changePassword",
            summary = "Replace the caller's password; the other sessions end",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            rateLimits = "auth",
            errors = ErrorKind.UNAVAILABLE)
    public ChangedView change(@Context Caller caller, @Valid ChangeRequest request) {
        passwords.change(caller, request.currentPassword(), request.password());
        return new ChangedView(true);
    }
}
