package acme.notes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.ObjectInputStream;
import java.io.PrintWriter;
import java.net.Socket;
import java.net.URI;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.ext.RuntimeDelegate;
import org.osgi.framework.FrameworkUtil;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.event.PlatformEvent;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Classes of extensions: good ones first, then one for each thing an extension must not do. Their code is only read. */
public final class Fixtures {
    private Fixtures() {}

    @Path("/notes")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Notes")
    public static final class NotesResource {
        private final ExtensionContext context;

        public NotesResource(ExtensionContext context) {
            this.context = context;
        }

        @GET
        @Endpoint(operationId = "listNotes", summary = "Lists", permission = "read")
        public List<Map<String, Object>> list() {
            return context.tenant().documents("notes").list(Map.of(), null).items().stream()
                    .map(document -> document.data())
                    .collect(Collectors.toList());
        }

        @POST
        @Path("{id}")
        @Endpoint(operationId = "who", summary = "Who", permission = Endpoint.ANY_CALLER)
        public String who() {
            return "caller " + context.tenant().caller().subject() + " at "
                    + context.clock().instant();
        }
    }

    public static final class Listener implements EventListener {
        @Override
        public String name() {
            return "listener";
        }

        @Override
        public Set<String> types() {
            return Set.of("provision.*");
        }

        @Override
        public void onEvent(PlatformEvent event) {
            // nothing
        }
    }

    /** What compilers make of harmless code: records, enums, lambdas, switches, assertions, concatenation. */
    public static final class Harmless {
        enum Colour {
            RED,
            GREEN
        }

        record Point(int x, String y) {}

        public String all(Colour colour, String word) {
            assert word != null;
            Supplier<List<Object>> list = ArrayList::new;
            int[] copy = new int[] {1}.clone();
            String text = switch (word) {
                case "a" -> "b" + copy[0];
                default -> String.valueOf(new Point(1, word).hashCode());
            };
            URI uri = URI.create("https://acme.example/" + text);
            return switch (colour) {
                case RED -> uri.toString() + Harmless.class.getSimpleName();
                case GREEN -> list.get() + Harmless.class.getResource("x.yaml").toString();
            };
        }
    }

    public static final class Reflects {
        public Object run(String name) throws Exception {
            return Class.forName(name).getMethod("x").invoke(null);
        }
    }

    public static final class LoadsClasses {
        public Object run() {
            return ServiceLoader.load(Runnable.class, getClass().getClassLoader());
        }
    }

    public static final class Threads extends Thread {}

    public static final class CommonPool {
        public Object run(Supplier<String> work) {
            return CompletableFuture.supplyAsync(work);
        }

        public Object parallel(List<String> list) {
            return list.parallelStream().parallel().count();
        }
    }

    public static final class StageOnTheCommonPool {
        public Object run(CompletionStage<String> stage) {
            return stage.thenApplyAsync(String::strip);
        }
    }

    public static final class BothOnTheCommonPool {
        public Object run(CompletableFuture<String> one, CompletableFuture<String> other) {
            return one.thenCombineAsync(other, String::concat);
        }
    }

    public static final class AddsTimeZones {
        public void run(ZoneRulesProvider provider) {
            ZoneRulesProvider.registerProvider(provider);
        }
    }

    public static final class Files {
        public Object run() throws Exception {
            new PrintWriter("/tmp/x");
            return java.nio.file.Files.readString(java.nio.file.Path.of("/etc/passwd"))
                    + new FileInputStream("/etc/passwd");
        }
    }

    public static final class Sockets {
        public Object run() throws Exception {
            return new Socket("localhost", 22).toString()
                    + URI.create("http://localhost").toURL().openStream();
        }
    }

    public static final class HandsOverAUrl {
        public Object run() throws Exception {
            return new ObjectMapper().readTree(URI.create("file:/etc/passwd").toURL());
        }
    }

    public static final class HandsOverAFile {
        public interface Reader {
            Object read(ObjectMapper mapper, File file) throws Exception;
        }

        public Reader run() {
            return ObjectMapper::readTree;
        }
    }

    public static final class HandsOverToJava {
        public Object run(File file) throws Exception {
            return new Scanner(file);
        }
    }

    public static final class LoadsClassesByName {
        public Object run() {
            return TypeFactory.defaultInstance().constructFromCanonical("sun.misc.Unsafe");
        }
    }

    public static final class ReplacesThePlatforms {
        public void run() {
            RuntimeDelegate.setInstance(null);
        }
    }

    public static final class Processes {
        public Object run() throws Exception {
            return new ProcessBuilder("id").start();
        }
    }

    public static final class Environment {
        public Object run() {
            return System.getenv("SECRET") + System.getProperty("user.home");
        }
    }

    public static final class Serializes {
        public Object run(byte[] bytes) throws Exception {
            return new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
        }
    }

    public static final class Exits {
        public void run() {
            System.exit(1);
        }
    }

    public static final class ExitsBehindLambda {
        public IntConsumer run() {
            return System::exit;
        }
    }

    public static final class ReachesFramework {
        public Object run() {
            return FrameworkUtil.getBundle(ReachesFramework.class).getBundleContext();
        }
    }

    public static final class Finalizes {
        @Override
        @SuppressWarnings({"deprecation", "removal"})
        protected void finalize() {
            // resurrects
        }
    }

    public static final class Natives {
        public native void run();
    }

    @Path("/notes")
    public static final class WithoutApi {
        @GET
        @Endpoint(operationId = "a", summary = "A", permission = "read")
        public String get() {
            return "";
        }
    }

    @Path("/notes")
    @Api(dialect = Dialect.PAAS, tag = "Notes")
    public static final class OtherDialect {}

    @Path("../notes")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Notes")
    public static final class OutsidePath {}

    @Path("/notes")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Notes")
    public static final class WithoutEndpoint {
        @GET
        public String get() {
            return "";
        }

        @Path("sub")
        public Object locator() {
            return this;
        }
    }

    @Path("/notes")
    @Api(dialect = Dialect.PLATFORM_FORGE, tag = "Notes")
    public static final class Public {
        @GET
        @Endpoint(operationId = "a", summary = "A", permission = Endpoint.PUBLIC)
        public String get() {
            return "";
        }

        @POST
        @Endpoint(operationId = "a", summary = "A", permission = "extension:read:other.extension")
        public String post() {
            return "";
        }
    }
}
