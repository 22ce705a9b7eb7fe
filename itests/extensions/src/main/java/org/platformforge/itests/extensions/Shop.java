package org.platformforge.itests.extensions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.Settings;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.event.PlatformEvent;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** A good extension that uses every extension point and tells which version of it did so, as its own bundle says. */
public final class Shop {
    /** The version's entry in the bundle: what the code was built as, whatever the platform takes it for. */
    static final String VERSION = "META-INF/version.txt";
    /** An entry that makes the main route fail. */
    public static final String BROKEN = "META-INF/broken.txt";

    private static final String BY = "by";

    private Shop() {}

    /** One with every extension point. */
    public static ExtensionBuilder builder(String id, String version) {
        return new ExtensionBuilder(id, version)
                .classes(Shop.class, Routes.class, Seer.class, Clerk.class, Stock.class)
                .manifest("""
                        permissions:
                          events: [user.login]
                        configuration:
                          type: object
                          additionalProperties: false
                          properties:
                            greeting: {type: string, maxLength: 40, default: Hello}
                            token: {type: string, writeOnly: true, minLength: 8}""");
    }

    /** One with routes only, and no permission to accept. */
    public static ExtensionBuilder small(String id, String version) {
        return new ExtensionBuilder(id, version).classes(Shop.class, Routes.class);
    }

    private static String built() {
        try (InputStream in = Shop.class.getResourceAsStream("/" + VERSION)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Under {@code /api/v1/ext/<id>/shop}. */
    @Component(service = Routes.class, property = "osgi.jaxrs.resource:Boolean=true")
    @Path("/shop")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Shop")
    @Produces(MediaType.APPLICATION_JSON)
    @Consumes(MediaType.APPLICATION_JSON)
    public static final class Routes {
        private final ExtensionContext context;
        private final String version = built();
        private final boolean broken = Shop.class.getResource("/" + BROKEN) != null;

        @Activate
        public Routes(@Reference ExtensionContext context) {
            this.context = context;
        }

        @GET
        @Endpoint(operationId = "getShop", summary = "Who answers, and for whom", permission = "read")
        public Map<String, Object> get() {
            if (broken) {
                throw PlatformException.of(ErrorKind.UNAVAILABLE, "This version is broken");
            }
            Settings settings = context.tenant().settings();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("version", version);
            answer.put("running_as", context.version());
            answer.put("tenant_id", context.tenant().tenantId());
            answer.put("greeting", settings.string("greeting").orElse(null));
            answer.put(
                    "token_length", settings.secret("token").map(String::length).orElse(0));
            return answer;
        }

        @POST
        @Path("{collection}")
        @Endpoint(operationId = "addToShop", summary = "Store something", permission = "write", status = 201)
        public Map<String, Object> add(@PathParam("collection") String collection, Map<String, Object> what) {
            Map<String, Object> kept = new LinkedHashMap<>(what);
            kept.put(BY, version);
            return Map.of(
                    "id", context.tenant().documents(collection).insert(kept).id());
        }

        @GET
        @Path("{collection}")
        @Endpoint(operationId = "listShop", summary = "What is stored", permission = "read")
        public List<Map<String, Object>> list(@PathParam("collection") String collection) {
            return context.tenant().documents(collection).list(Map.of(), PageRequest.first(100)).items().stream()
                    .map(document -> document.data())
                    .toList();
        }

        @GET
        @Path("slow")
        @Endpoint(operationId = "waitInShop", summary = "Take some time", permission = "read")
        public Map<String, Object> slow(@QueryParam("millis") long millis) throws InterruptedException {
            Thread.sleep(millis);
            return Map.of("version", version);
        }
    }

    /** Notes who logged in. */
    @Component
    public static final class Seer implements EventListener {
        private final ExtensionContext context;

        @Activate
        public Seer(@Reference ExtensionContext context) {
            this.context = context;
        }

        @Override
        public String name() {
            return "logins";
        }

        @Override
        public Set<String> types() {
            return Set.of("user.login");
        }

        @Override
        public void onEvent(PlatformEvent event) {
            context.tenant().documents("events").insert(Map.of("type", event.type(), BY, built()));
        }
    }

    /** Comes by at once, and then as often as an extension may. */
    @Component
    public static final class Clerk implements ScheduledJob {
        private final ExtensionContext context;

        @Activate
        public Clerk(@Reference ExtensionContext context) {
            this.context = context;
        }

        @Override
        public String name() {
            return "clerk";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(10);
        }

        @Override
        public void run() {
            context.tenant().documents("jobs").insert(Map.of(BY, built()));
        }
    }

    /** A shell command. */
    @Component
    public static final class Stock implements ExtensionCommand {
        private final ExtensionContext context;

        @Activate
        public Stock(@Reference ExtensionContext context) {
            this.context = context;
        }

        @Override
        public String name() {
            return "stock";
        }

        @Override
        public String description() {
            return "Tells who is asked";
        }

        @Override
        public String run(List<String> arguments) {
            return built() + " in " + context.tenant().tenantId() + " " + String.join(" ", arguments);
        }
    }
}
