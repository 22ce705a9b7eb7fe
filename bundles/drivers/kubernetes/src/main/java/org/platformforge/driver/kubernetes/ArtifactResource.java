package org.platformforge.driver.kubernetes;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Where pods fetch the files of their application before it starts. */
@Component(service = ArtifactResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Engines")
@javax.ws.rs.Path(ArtifactAccess.PATH)
public class ArtifactResource {
    private final KubernetesDriver driver;

    @Activate
    public ArtifactResource(@Reference KubernetesDriver driver) {
        this.driver = driver;
    }

    @GET
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Endpoint(
            operationId = "fetchKubernetesArtifact",
            summary =
                    "The files of an application as a tar archive, for its own pods: by the token the engine gave them",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "webhook",
            streaming = true,
            response = StreamingOutput.class,
            errors = {ErrorKind.UNAUTHENTICATED, ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public Response fetch(@HeaderParam(ArtifactAccess.HEADER) String token) {
        Path files = driver.files(token);
        StreamingOutput content = out -> Files.copy(files, out);
        return Response.ok(content).build();
    }
}
