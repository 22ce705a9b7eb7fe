package org.platformforge.auth.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.AccountService;
import org.platformforge.auth.domain.SessionService;
import org.platformforge.auth.domain.SignInService;
import org.platformforge.auth.domain.SignedIn;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
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
    private final SignInService signIns;
    private final SessionService sessions;

    /**
     * @param tenantId only for joining a tenant that exists; without it, and without an invitation, a new one is made
     * @param invitationToken from the mail of an invitation, or of a registration that is to be confirmed
     */
    public record RegisterRequest(
            @NotBlank String email,
            @NotNull String password,
            @NotBlank String name,
            @Size(max = 64) String tenantId,
            @Size(max = 128) String invitationToken) {}

    /**
     * @param email with {@code password}, or neither of them and {@code mfaToken}
     * @param mfaCode of an authenticator app, sent to the user, or a backup code; without a second factor it has no meaning
     * @param mfaToken from the answer {@code MFA_REQUIRED}, in the place of address and password
     * @param rememberDevice whether the device shall stand in for a code at the next sign-ins, where that is allowed
     */
    public record LoginRequest(
            String email, String password, @Size(max = 64) String mfaCode, String mfaToken, Boolean rememberDevice) {}

    public record ReauthenticateRequest(
            @NotNull String password, @Size(max = 64) String mfaCode) {}

    public record RefreshRequest(@NotNull String refreshToken) {}

    @Activate
    public AuthResource(
            @Reference AccountService accounts, @Reference SignInService signIns, @Reference SessionService sessions) {
        this.accounts = accounts;
        this.signIns = signIns;
        this.sessions = sessions;
    }

    @POST
    @Path("/register")
    @Endpoint(
            operationId = "registerUser",
            summary = "Create an account, and the tenant it owns unless it joins one",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            errors = {ErrorKind.CONFLICT, ErrorKind.FORBIDDEN, ErrorKind.UNAVAILABLE})
    public RegisteredView register(@Context Caller caller, @Valid RegisterRequest request) {
        AccountService.Registration registration = new AccountService.Registration(
                request.email(), request.password(), request.name(), request.tenantId(), request.invitationToken());
        return accounts.register(caller, registration).map(RegisteredView::of).orElse(RegisteredView.CONFIRMATION_SENT);
    }

    @POST
    @Path("/login")
    @Endpoint(
            operationId = "login",
            summary = "Sign in with e-mail address and password",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth",
            response = LoginView.class,
            errors = {ErrorKind.UNAUTHENTICATED, ErrorKind.MFA_REQUIRED, ErrorKind.UNAVAILABLE})
    public Response login(
            @Context Caller caller, @HeaderParam(HttpHeaders.COOKIE) String cookies, @Valid LoginRequest request) {
        boolean remember = Boolean.TRUE.equals(request.rememberDevice());
        SignInService.Beside beside = new SignInService.Beside(request.mfaCode(), DeviceCookie.in(cookies), remember);
        if (request.mfaToken() != null) {
            requireFields(Map.of("mfa_code", Optional.ofNullable(request.mfaCode())));
            return answer(signIns.complete(caller, request.mfaToken(), beside));
        }
        requireFields(Map.of(
                "email", Optional.ofNullable(request.email()), "password", Optional.ofNullable(request.password())));
        return answer(signIns.login(caller, request.email(), request.password(), beside));
    }

    private static Response answer(SignedIn in) {
        Response.ResponseBuilder response = Response.ok(LoginView.of(in));
        if (in.device() != null) {
            response.header(HttpHeaders.SET_COOKIE, DeviceCookie.of(in.device()));
        }
        return response.build();
    }

    private static void requireFields(Map<String, Optional<String>> fields) {
        List<FieldError> missing = fields.entrySet().stream()
                .filter(field -> field.getValue().isEmpty())
                .map(field -> new FieldError(field.getKey(), "is required"))
                .toList();
        if (!missing.isEmpty()) {
            throw PlatformException.invalid("Invalid request", missing);
        }
    }

    @POST
    @Path("/reauthenticate")
    @Endpoint(
            operationId = "reauthenticate",
            summary = "Prove anew who is behind the session, for what asks for it",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            rateLimits = "auth",
            errors = {ErrorKind.MFA_REQUIRED, ErrorKind.UNAVAILABLE})
    public AccessTokenView reauthenticate(@Context Caller caller, @Valid ReauthenticateRequest request) {
        return AccessTokenView.of(signIns.reauthenticate(caller, request.password(), request.mfaCode()));
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
