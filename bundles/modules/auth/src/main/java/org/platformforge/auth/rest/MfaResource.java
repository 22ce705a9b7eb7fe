package org.platformforge.auth.rest;

import java.time.Instant;
import java.util.List;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Size;
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
import org.platformforge.auth.domain.mfa.Enrolment;
import org.platformforge.auth.domain.mfa.Factor;
import org.platformforge.auth.domain.mfa.Method;
import org.platformforge.auth.domain.mfa.MfaService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** The caller's own second factors: document 002, Authentication Module, Enable MFA and Verify MFA. */
@Component(service = MfaResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/mfa")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MfaResource {
    private static final String METHODS = "totp|email|sms";
    private static final String METHOD_MESSAGE = "must be totp, email or sms";

    private final MfaService mfa;

    /** @param phone for the method {@code sms}: a number in the form of E.164, such as +1234567890 */
    public record EnableRequest(
            @NotNull @Pattern(regexp = METHODS, message = METHOD_MESSAGE)
            String method,

            @Size(max = 32) String phone) {}

    /**
     * @param secret for the app, in Base32; null for codes that are sent
     * @param qrCode the same as a PNG in a data URI
     * @param backupCodes shown in this answer and never again; null when the user has some from an earlier factor
     */
    public record EnableView(String secret, String qrCode, List<String> backupCodes) {}

    public record VerifyRequest(
            @NotNull @Size(max = 64) String code,

            @NotNull @Pattern(regexp = METHODS, message = METHOD_MESSAGE)
            String method) {}

    public record VerifyView(String method, boolean verified) {}

    public record DisableRequest(
            @NotNull @Pattern(regexp = METHODS, message = METHOD_MESSAGE)
            String method) {}

    public record DisableView(String method, boolean disabled) {}

    /** @param verifiedAt null while the enrolment waits for its first code */
    public record FactorView(String method, boolean active, Instant createdAt, Instant verifiedAt) {}

    /** @param backupCodesLeft that were not used yet */
    public record MfaView(List<FactorView> factors, long backupCodesLeft) {}

    public record BackupCodesView(List<String> backupCodes) {}

    @Activate
    public MfaResource(@Reference MfaService mfa) {
        this.mfa = mfa;
    }

    @GET
    @Endpoint(
            operationId = "listMfa",
            summary = "The caller's second factors",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT)
    public MfaView list(@Context Caller caller) {
        MfaService.Overview overview = mfa.overview(caller);
        return new MfaView(overview.factors().stream().map(MfaResource::view).toList(), overview.backupCodes());
    }

    @POST
    @Path("/enable")
    @Endpoint(
            operationId = "enableMfa",
            summary = "Begin the enrolment of a second factor; it counts once a first code was verified",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            stepUp = true,
            rateLimits = "auth",
            errors = ErrorKind.CONFLICT)
    public EnableView enable(@Context Caller caller, @Valid EnableRequest request) {
        Enrolment enrolment = mfa.enable(caller, method(request.method()), request.phone());
        return new EnableView(
                enrolment.secret(),
                enrolment.qrCode(),
                enrolment.backupCodes().isEmpty() ? null : enrolment.backupCodes());
    }

    @POST
    @Path("/verify")
    @Endpoint(
            operationId = "verifyMfa",
            summary = "End the enrolment of a second factor with a first code",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            rateLimits = "auth",
            errors = ErrorKind.CONFLICT)
    public VerifyView verify(@Context Caller caller, @Valid VerifyRequest request) {
        mfa.verify(caller, method(request.method()), request.code());
        return new VerifyView(request.method(), true);
    }

    @POST
    @Path("/disable")
    @Endpoint(
            operationId = "disableMfa",
            summary = "Remove a second factor, or give a pending enrolment up",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            stepUp = true,
            rateLimits = "auth",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public DisableView disable(@Context Caller caller, @Valid DisableRequest request) {
        mfa.disable(caller, method(request.method()));
        return new DisableView(request.method(), true);
    }

    @POST
    @Path("/backup-codes")
    @Endpoint(
            operationId = "renewBackupCodes",
            summary = "Make new backup codes; the former ones are void",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            stepUp = true,
            rateLimits = "auth",
            errors = ErrorKind.CONFLICT)
    public BackupCodesView renewBackupCodes(@Context Caller caller) {
        return new BackupCodesView(mfa.renewBackupCodes(caller));
    }

    private static Method method(String wire) {
        return Method.ofWire(wire).orElseThrow(); // the pattern admits no other
    }

    private static FactorView view(Factor factor) {
        return new FactorView(factor.method().wire(), factor.active(), factor.createdAt(), factor.verifiedAt());
    }
}
