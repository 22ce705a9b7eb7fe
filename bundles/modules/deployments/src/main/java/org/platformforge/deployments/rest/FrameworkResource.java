package org.platformforge.deployments.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.FrameworkList;
import org.platformforge.deployments.rest.Views.FrameworkView;
import org.platformforge.deployments.rest.Views.FrameworksView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 003, "Frameworks". */
@Component(service = FrameworkResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PAAS, tag = "Deployments")
@Path("/api/frameworks")
@Produces(MediaType.APPLICATION_JSON)
public class FrameworkResource {
    private final FrameworkList frameworks;

    @Activate
    public FrameworkResource(@Reference FrameworkList frameworks) {
        this.frameworks = frameworks;
    }

    @GET
    @Endpoint(
            operationId = "listFrameworks",
            summary = "Frameworks by id, and whether the engine has what they need",
            permission = "framework:read",
            errors = ErrorKind.UNAVAILABLE)
    public FrameworksView list(@Context Caller caller) {
        Map<String, FrameworkView> views = new LinkedHashMap<>();
        frameworks
                .of(caller)
                .forEach(one -> views.put(
                        one.description().id(),
                        new FrameworkView(
                                one.description().name(),
                                one.description().language(),
                                one.description().version(),
                                one.description().port(),
                                one.description().installCmd(),
                                one.missing().isEmpty(),
                                one.missing())));
        return new FrameworksView(views);
    }
}
