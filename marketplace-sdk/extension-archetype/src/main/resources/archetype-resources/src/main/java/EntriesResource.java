#set($name = "")
#foreach($part in $artifactId.split("[.-]+"))
#set($name = $name + $part.substring(0, 1).toUpperCase() + $part.substring(1))
#end
package ${package};

import java.util.List;
import java.util.Map;
import javax.validation.Valid;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Served under {@code /api/v1/ext/${artifactId}/entries}. Each tenant has entries of its own. */
@Component(service = EntriesResource.class, property = "osgi.jaxrs.resource:Boolean=true")
@Path("/entries")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "${artifactId}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class EntriesResource {
    private final ExtensionContext context;

    @Activate
    public EntriesResource(@Reference ExtensionContext context) {
        this.context = context;
    }

    /** The one of the tenant of the call: ask for it each time. */
    private DocumentStore store() {
        return context.tenant().documents("entries");
    }

    @GET
    @Endpoint(operationId = "list${name}Entries", summary = "Entries, oldest first", permission = "read")
    public List<Entry> list(
            @QueryParam("author") String author,
            @QueryParam("limit") Integer limit,
            @QueryParam("offset") Integer offset) {
        Map<String, String> wanted = author == null ? Map.of() : Map.of("author", author);
        return store().list(wanted, PageRequest.of(limit, offset, null))
                .map(Entry::of)
                .items();
    }

    @GET
    @Path("{id}")
    @Endpoint(
            operationId = "get${name}Entry",
            summary = "One entry",
            permission = "read",
            errors = ErrorKind.NOT_FOUND)
    public Entry get(@PathParam("id") String id) {
        return store().find(id).map(Entry::of).orElseThrow(() -> PlatformException.notFound("Entry", id));
    }

    @POST
    @Endpoint(operationId = "create${name}Entry", summary = "Write an entry", permission = "write", status = 201)
    public Entry create(@Valid NewEntry entry, @Context Caller caller) {
        return Entry.of(store().insert(Map.of("author", caller.subject(), "text", entry.text())));
    }

    @DELETE
    @Path("{id}")
    @Endpoint(
            operationId = "delete${name}Entry",
            summary = "Throw an entry away",
            permission = "write",
            status = 204,
            errors = ErrorKind.NOT_FOUND)
    public void delete(@PathParam("id") String id) {
        if (!store().delete(id)) {
            throw PlatformException.notFound("Entry", id);
        }
    }
}
