package org.platformforge.observability.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.observability.logging.LoggerLevels;

/** Levels of loggers, for operators. */
@Component(service = LoggerResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Observability")
@Path("/api/v1/admin/loggers")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class LoggerResource {
    private final LoggerLevels levels;

    /** @param levels there are, from quiet to loud */
    public record LoggerList(List<String> levels, List<LoggerView> loggers) {}

    /**
     * @param level in force
     * @param configuredLevel without changes at run time; null where it is inherited
     * @param until when the change ends by itself; null for none, or one that lasts to the next start
     */
    public record LoggerView(String name, String level, String configuredLevel, boolean changed, Instant until) {
        static LoggerView of(LoggerLevels.Level level) {
            return new LoggerView(level.name(), level.level(), level.configured(), level.changed(), level.until());
        }
    }

    /** @param durationSeconds after which the configured level is back; left out: the next start */
    public record LevelRequest(String level, Long durationSeconds) {}

    @Activate
    public LoggerResource(@Reference LoggerLevels levels) {
        this.levels = levels;
    }

    @GET
    @Endpoint(
            operationId = "listLoggers",
            summary = "The loggers with a level of their own",
            permission = "system:loggers",
            scope = Endpoint.Scope.PLATFORM,
            rateLimits = "admin")
    public LoggerList list(@Context Caller caller) {
        return new LoggerList(
                LoggerLevels.LEVELS, levels.list().stream().map(LoggerView::of).toList());
    }

    @GET
    @Path("/{name}")
    @Endpoint(
            operationId = "getLogger",
            summary = "The level of a logger, its own or inherited",
            permission = "system:loggers",
            scope = Endpoint.Scope.PLATFORM,
            rateLimits = "admin")
    public LoggerView get(@Context Caller caller, @PathParam("name") String name) {
        return LoggerView.of(levels.of(name));
    }

    @PUT
    @Path("/{name}")
    @Endpoint(
            operationId = "setLoggerLevel",
            summary = "Change the level of a logger at once, for a time or until the next start",
            permission = "system:loggers",
            scope = Endpoint.Scope.PLATFORM,
            rateLimits = "admin")
    public LoggerView set(@Context Caller caller, @PathParam("name") String name, LevelRequest request) {
        if (request == null) {
            throw PlatformException.invalid("level", "is required");
        }
        Long seconds = request.durationSeconds();
        if (seconds != null && (seconds < 1 || seconds > LoggerLevels.LONGEST.toSeconds())) {
            throw PlatformException.invalid("duration_seconds", "must be 1 to " + LoggerLevels.LONGEST.toSeconds());
        }
        Duration time = seconds == null ? null : Duration.ofSeconds(seconds);
        return LoggerView.of(levels.set(caller, name, request.level(), time));
    }

    @DELETE
    @Path("/{name}")
    @Endpoint(
            operationId = "resetLoggerLevel",
            summary = "Bring back the configured level of a logger",
            permission = "system:loggers",
            scope = Endpoint.Scope.PLATFORM,
            rateLimits = "admin")
    public LoggerView reset(@Context Caller caller, @PathParam("name") String name) {
        return LoggerView.of(levels.reset(caller, name));
    }
}
