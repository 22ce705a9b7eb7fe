package example.notes;

import java.util.List;
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
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Served under {@code /api/v1/ext/example.notes/notes}. */
@Component(service = NotesResource.class, property = "osgi.jaxrs.resource:Boolean=true")
@Path("/notes")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Notes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class NotesResource {
    private final Notes notes;

    @Activate
    public NotesResource(@Reference Notes notes) {
        this.notes = notes;
    }

    @GET
    @Endpoint(operationId = "listNotes", summary = "Notes, oldest first", permission = "read")
    public List<Note> list(
            @QueryParam("author") String author,
            @QueryParam("limit") Integer limit,
            @QueryParam("offset") Integer offset) {
        return notes.list(author, PageRequest.of(limit, offset, null)).items();
    }

    @GET
    @Path("{id}")
    @Endpoint(operationId = "getNote", summary = "One note", permission = "read", errors = ErrorKind.NOT_FOUND)
    public Note get(@PathParam("id") String id) {
        return notes.get(id);
    }

    @POST
    @Endpoint(operationId = "createNote", summary = "Write a note", permission = "write", status = 201)
    public Note create(@Valid NewNote note, @Context Caller caller) {
        return notes.add(caller.subject(), note.text());
    }

    @DELETE
    @Path("{id}")
    @Endpoint(
            operationId = "deleteNote",
            summary = "Throw a note away",
            permission = "write",
            status = 204,
            errors = ErrorKind.NOT_FOUND)
    public void delete(@PathParam("id") String id) {
        notes.delete(id);
    }
}
