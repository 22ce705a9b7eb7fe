package org.platformforge.infrastructure.rest;

import java.net.URI;
import java.util.List;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.backup.Backup;
import org.platformforge.infrastructure.backup.BackupService;
import org.platformforge.infrastructure.rest.BackupViews.BackupBegun;
import org.platformforge.infrastructure.rest.BackupViews.BackupList;
import org.platformforge.infrastructure.rest.BackupViews.BackupRequest;
import org.platformforge.infrastructure.rest.BackupViews.BackupView;
import org.platformforge.infrastructure.rest.BackupViews.PointInTimeView;
import org.platformforge.infrastructure.rest.BackupViews.RestoreBegun;
import org.platformforge.infrastructure.rest.BackupViews.RestoreRequest;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 004, "Database Backup"; looking at backups, proving, restoring and deleting them in the same style. */
@Component(service = BackupResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/database")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class BackupResource {
    private static final int POLL_SECONDS = 2;

    private final BackupService backups;

    @Activate
    public BackupResource(@Reference BackupService backups) {
        this.backups = backups;
    }

    @POST
    @Path("/backup")
    @Endpoint(
            operationId = "createBackup",
            summary = "Back the platform's database up; completed when it was restored and compared",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            status = 202,
            response = BackupBegun.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response create(@Context Caller caller, @Valid @NotNull BackupRequest request) {
        BackupService.Begun begun = backups.create(caller, request.backupName(), request.description());
        return accepted(BackupBegun.of(begun), begun);
    }

    private static Response accepted(Object body, BackupService.Begun begun) {
        return Response.accepted(body)
                .location(URI.create("/api/v1/operations/" + begun.operation().id()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @GET
    @Path("/backups")
    @Endpoint(
            operationId = "listBackups",
            summary =
                    "Backups, newest first, when one was last proved to be restorable, and to which instants the database"
                            + " can be restored",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM)
    public BackupList list(@Context Caller caller, @Context PageRequest request) {
        List<Backup> all = backups.list(caller);
        return new BackupList(
                all.stream()
                        .skip(request.offset())
                        .limit(request.limit())
                        .map(BackupView::of)
                        .toList(),
                BackupService.lastProven(all).orElse(null),
                backups.pointInTime(caller).map(PointInTimeView::of).orElse(null),
                all.size(),
                request.limit(),
                request.offset());
    }

    @GET
    @Path("/backups/{backup_id}")
    @Endpoint(
            operationId = "getBackup",
            summary = "A backup",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            errors = ErrorKind.NOT_FOUND)
    public BackupView get(@Context Caller caller, @PathParam("backup_id") String id) {
        return BackupView.of(backups.get(caller, id));
    }

    @POST
    @Path("/backups/{backup_id}/verify")
    @Endpoint(
            operationId = "verifyBackup",
            summary = "Restore a backup into a throw-away database and compare",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            status = 202,
            response = RestoreBegun.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response verify(@Context Caller caller, @PathParam("backup_id") String id) {
        BackupService.Begun begun = backups.verify(caller, id);
        return accepted(RestoreBegun.of(begun), begun);
    }

    @DELETE
    @Path("/backups/{backup_id}")
    @Endpoint(
            operationId = "deleteBackup",
            summary = "Delete a backup with its files and its copy",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            status = 204,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public void delete(@Context Caller caller, @PathParam("backup_id") String id) {
        backups.delete(caller, id);
    }

    @POST
    @Path("/restore")
    @Endpoint(
            operationId = "restoreBackup",
            summary =
                    "Restore a backup, or the state of a point in time, into a new database and check it; or only try it",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM,
            status = 202,
            response = RestoreBegun.class,
            errors = {
                ErrorKind.VALIDATION,
                ErrorKind.NOT_FOUND,
                ErrorKind.CONFLICT,
                ErrorKind.UNPROCESSABLE,
                ErrorKind.NOT_CONFIGURED,
                ErrorKind.UNAVAILABLE
            })
    public Response restore(@Context Caller caller, @Valid @NotNull RestoreRequest request) {
        boolean dryRun = Boolean.TRUE.equals(request.dryRun());
        if (request.backupId() != null && request.pointInTime() != null) {
            throw PlatformException.invalid("point_in_time", "cannot be given together with backup_id");
        }
        BackupService.Begun begun = request.pointInTime() == null
                ? backups.restore(caller, request.backupId(), dryRun, request.target())
                : backups.restoreTo(caller, request.pointInTime(), dryRun, request.target());
        return accepted(RestoreBegun.of(begun), begun);
    }
}
