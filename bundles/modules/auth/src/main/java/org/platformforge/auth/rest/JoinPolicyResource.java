package org.platformforge.auth.rest;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Size;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.JoinPolicy;
import org.platformforge.auth.domain.MembershipService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Who may join the caller's tenant by registering with its id. */
@Component(service = JoinPolicyResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/join-policy")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class JoinPolicyResource {
    private final MembershipService memberships;

    /**
     * @param policy {@code closed}, {@code open} to everybody, or {@code domain}: who receives mail at one of the domains
     * @param roles that who joins gets; {@code viewer} unless said
     */
    public record PolicyRequest(
            @NotNull @Pattern(regexp = "closed|open|domain", message = "must be closed, open or domain")
            String policy,

            @Size(max = 32) Set<@NotBlank @Size(max = 253) String> domains,
            @Size(max = 16) Set<@NotBlank @Size(max = 64) String> roles) {}

    public record PolicyView(String policy, List<String> domains, List<String> roles) {}

    @Activate
    public JoinPolicyResource(@Reference MembershipService memberships) {
        this.memberships = memberships;
    }

    @GET
    @Endpoint(
            operationId = "getJoinPolicy",
            summary = "Who may join the tenant without an invitation",
            permission = "join-policy:read")
    public PolicyView get(@Context Caller caller) {
        return view(memberships.policy(caller));
    }

    @PUT
    @Endpoint(
            operationId = "setJoinPolicy",
            summary = "Say who may join the tenant without an invitation",
            permission = "join-policy:update",
            stepUp = true)
    public PolicyView set(@Context Caller caller, @Valid PolicyRequest request) {
        Set<String> domains = request.domains() == null
                ? Set.of()
                : request.domains().stream()
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        return view(memberships.setPolicy(
                caller,
                new JoinPolicy(
                        JoinPolicy.Kind.valueOf(request.policy().toUpperCase(Locale.ROOT)),
                        domains,
                        request.roles() == null ? JoinPolicy.CLOSED.roles() : request.roles())));
    }

    private static PolicyView view(JoinPolicy policy) {
        return new PolicyView(
                policy.kind().wire(),
                policy.domains().stream().sorted().toList(),
                policy.roles().stream().sorted().toList());
    }
}
