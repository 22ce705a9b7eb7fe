package org.platformforge.itests.benchmarks.peer;

import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** One record, whatever its id. */
@Path("/resources")
public final class BareResource {
    private final Sample sample;

    BareResource(Sample sample) {
        this.sample = sample;
    }

    @GET
    @Path("/{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public Map<?, ?> get(@PathParam("id") String id) {
        return sample.object();
    }
}
