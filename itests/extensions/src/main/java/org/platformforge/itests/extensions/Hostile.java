package org.platformforge.itests.extensions;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Extensions that try what they must not, each with one route, {@code /try}. */
public final class Hostile {
    private static final int MEBIBYTE = 1 << 20;

    private Hostile() {}

    /** One that a class makes hostile. */
    public static ExtensionBuilder builder(String id, Class<?> type) {
        return new ExtensionBuilder(id, "1.0.0").classes(Hostile.class, type);
    }

    /** Looks for the framework, whose package is not on the list. */
    @Component(service = Unlisted.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Unlisted {
        @GET
        @Endpoint(operationId = "try", summary = "Reach the framework", permission = "read")
        public String get() {
            return FrameworkUtil.getBundle(Unlisted.class)
                    .getBundleContext()
                    .getBundle(0)
                    .getLocation();
        }
    }

    /** Wants a service that the platform has. */
    @Component(service = Wanting.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Wanting {
        private final Runnable wanted;

        @Activate
        public Wanting(@Reference Runnable wanted) {
            this.wanted = wanted;
        }

        @GET
        @Endpoint(operationId = "try", summary = "Call the platform", permission = "read")
        public String get() {
            wanted.run();
            return "reached";
        }
    }

    /** Makes a thread without having asked for it. */
    @Component(service = Threading.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Threading implements Runnable {
        private long woken;

        /** With {@code permissions.unsafe: [threads]}: leaves a thread that does not react to being told to end. */
        @POST
        @Endpoint(operationId = "try", summary = "Leave a thread", permission = "read")
        public void post() {
            new Thread(this, "smuggled").start();
        }

        @Override
        public void run() {
            while (woken >= 0) {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    woken++;
                }
            }
        }
    }

    /** Has the common pool work for it, under a name of its own: what it calls is inherited. */
    @Component(service = Detouring.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Detouring extends ConcurrentHashMap<String, Long> {
        private static final long serialVersionUID = 1L;

        @GET
        @Endpoint(operationId = "try", summary = "Borrow threads", permission = "read")
        public Long get() {
            return reduceValues(1, Long::sum);
        }
    }

    /** Reaches for what it has no name of. */
    @Component(service = Reflecting.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Reflecting {
        @GET
        @Endpoint(operationId = "try", summary = "Reach by name", permission = "read")
        public String get() throws ReflectiveOperationException {
            return Class.forName("org.platformforge.kernel.store.DatabaseStore").getName();
        }
    }

    /** Keeps one tenant's data at hand and uses it in the calls of another. */
    @Component(service = Keeping.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Keeping {
        private final ExtensionContext context;
        private TenantContext kept;

        @Activate
        public Keeping(@Reference ExtensionContext context) {
            this.context = context;
        }

        @POST
        @Endpoint(operationId = "keep", summary = "Keep the tenant", permission = "read")
        public void post() {
            kept = context.tenant();
            kept.keyValues().put("secret", "of the first");
        }

        @GET
        @Endpoint(operationId = "try", summary = "Use the tenant that was kept", permission = "read")
        public Map<String, String> get() {
            return Map.of(
                    "own",
                    context.tenant().keyValues().get("secret").isPresent() ? "there" : "none",
                    "kept",
                    kept.keyValues().get("secret").orElseThrow().value());
        }
    }

    /** Sends to whom it is told. */
    @Component(service = Calling.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Calling {
        private final ExtensionContext context;

        @Activate
        public Calling(@Reference ExtensionContext context) {
            this.context = context;
        }

        @GET
        @Endpoint(operationId = "try", summary = "Send a request", permission = "read")
        public int get(@QueryParam("to") String to) throws IOException, InterruptedException {
            return context.tenant()
                    .http()
                    .send(OutboundHttp.Request.get(URI.create(to)))
                    .status();
        }
    }

    /** Does not come back. */
    @Component(service = Looping.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Looping {
        private long rounds;

        @GET
        @Endpoint(operationId = "try", summary = "Loop, whatever happens", permission = "read")
        public long get() {
            while (rounds >= 0) {
                try {
                    rounds = Math.floorMod(rounds + 1, Long.MAX_VALUE);
                } catch (Throwable e) { // as those do who want to stay
                    rounds = 0;
                }
            }
            return rounds;
        }
    }

    /** Takes memory again and again. */
    @Component(service = Hogging.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Hogging {
        @GET
        @Endpoint(operationId = "try", summary = "Allocate, and keep little", permission = "read")
        public long get() {
            List<byte[]> all = new ArrayList<>();
            long bytes = 0;
            while (bytes >= 0) {
                all.add(new byte[MEBIBYTE]);
                bytes += MEBIBYTE;
                if (all.size() > 8) {
                    all.clear();
                }
            }
            return bytes;
        }
    }

    /** With {@code permissions.unsafe: [environment]}: leaves an object of its own where the platform keeps it. */
    @Component(service = Leaking.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/try")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Hostile")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Leaking {
        private static final String PREFIX = "leak of an extension ";

        @POST
        @Endpoint(operationId = "leak", summary = "Leave something", permission = "read")
        public void post() {
            System.getProperties().put(PREFIX + System.identityHashCode(this), this);
        }

        @DELETE
        @Endpoint(operationId = "clean", summary = "Take away what all have left", permission = "read")
        public void delete() {
            System.getProperties().keySet().removeIf(key -> key.toString().startsWith(PREFIX));
        }
    }
}
