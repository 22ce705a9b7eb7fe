package org.platformforge.auth.rest;

import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.AccountService;
import org.platformforge.auth.domain.SessionService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Sign-up, sign-in and sessions: document 002, Authentication Module. */
@Component(service = AuthResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class AuthResource {
    private final AccountService accounts;
    private final SessionService sessions;

    /** @param tenantId only for joining a tenant that exists; without it a new one is made */
    public record RegisterRequest(
            @NotBlank String email,
            @NotNull String password,
            @NotBlank String name,
            String tenantId) {}

    /** @param mfaCode accepted for accounts without a second factor, where it has no meaning */
    public record LoginRequest(
            @NotNull String email, @NotNull String password, String mfaCode) {}

    public record RefreshRequest(@NotNull String refreshToken) {}

    @Activate
    public AuthResource(@Reference AccountService accounts, @Reference SessionService sessions) {
        this.accounts = accounts;
        this.sessions = sessions;
    }

    @POST
    @Path("/register")
    @Endpoint(
            operationId = "registerUser",
            summary = "Create an account and the tenant it owns",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            errors = {ErrorKind.CONFLICT, ErrorKind.FORBIDDEN, ErrorKind.UNAVAILABLE})
    public RegisteredView register(@Context Caller caller, @Valid RegisterRequest request) {
        return RegisteredView.of(
                accounts.register(caller, request.email(), request.password(), request.name(), request.tenantId()));
    }

    @POST
    @Path("/login")
    @Endpoint(
            operationId = "login",
            summary = "Sign in with e-mail address and password",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            errors = {ErrorKind.UNAUTHENTICATED, ErrorKind.UNAVAILABLE})
    public LoginView login(@Context Caller caller, @Valid LoginRequest request) {
        return LoginView.of(accounts.login(caller, request.email(), request.password()));
    }

    @POST
    @Path("/refresh")
    @Endpoint(
            operationId = "refreshToken",
            summary = "Exchange a refresh token for new tokens",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            errors = ErrorKind.UNAUTHENTICATED)
    public TokensView refresh(@Context Caller caller, @Valid RefreshRequest request) {
        return TokensView.of(sessions.refresh(caller, request.refreshToken()));
    }

    @POST
    @Path("/logout")
    @Endpoint(
            operationId = "logout",
            summary = "End the session of the presented access token",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT)
    public LogoutView logout(@Context Caller caller) {
        sessions.logout(caller);
        return new LogoutView(true);
    }

    @GET
    @Path("/me")
    @Endpoint(
            operationId = "whoAmI",
            summary = "What the presented credential is and may do",
            permission = Endpoint.ANY_CALLER)
    public CallerView me(@Context Caller caller) {
        return CallerView.of(caller);
    }
}
