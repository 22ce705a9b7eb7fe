package org.platformforge.provisioning.rest;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.provisioning.domain.TemplateService;
import org.platformforge.provisioning.rest.TemplateViews.TemplateList;
import org.platformforge.provisioning.rest.TemplateViews.TemplateView;

/** What can be provisioned. */
@Component(service = TemplateResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Provisioning")
@Path("/api/v1/templates")
@Produces(MediaType.APPLICATION_JSON)
public class TemplateResource {
    private final TemplateService templates;

    @Activate
    public TemplateResource(@Reference TemplateService templates) {
        this.templates = templates;
    }

    @GET
    @Endpoint(
            operationId = "listTemplates",
            summary = "Templates that can be provisioned",
            permission = "template:read")
    public TemplateList list(@Context Caller caller) {
        return new TemplateList(
                templates.list(caller).stream().map(WireMapper::summary).toList());
    }

    @GET
    @Path("/{name}")
    @Endpoint(
            operationId = "getTemplate",
            summary = "One template with the JSON Schema of its parameters",
            permission = "template:read",
            errors = ErrorKind.NOT_FOUND)
    public TemplateView get(@Context Caller caller, @PathParam("name") String name) {
        return WireMapper.template(templates.get(caller, name));
    }
}
