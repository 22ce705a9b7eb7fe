package org.platformforge.kernel.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.Size;
import javax.ws.rs.QueryParam;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.openapi.OpenApiDocument;
import org.platformforge.kernel.http.openapi.OpenApiGenerator;
import org.platformforge.kernel.http.openapi.PackedFragment;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

/** A module's classes go when its codec is closed: nothing in JSON, validation or OpenAPI holds them statically. */
class ClassLoaderLeakTest {
    enum Color {
        RED
    }

    record Part(@NotBlank String name, Color color) {}

    record Whole(
            @Valid Part part,
            List<@Valid Part> parts,
            @Size(max = 3) String note) {}

    static class Resource {
        @Endpoint(operationId = "put", summary = "Put", permission = "x:y")
        public Whole put(Whole whole, @Size(max = 2) @QueryParam("q") String q) {
            return whole;
        }
    }

    @Test
    void releasesTheModulesClassLoader() throws Exception {
        List<PackedFragment> kept = new ArrayList<>();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            loaders.add(oneGeneration(kept));
        }

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            assertThat(loaders).allSatisfy(loader -> assertThat(loader.get()).isNull());
        });
        assertThat(OpenApiDocument.merge("1", kept).json()).isNotEmpty();
    }

    private static WeakReference<ClassLoader> oneGeneration(List<PackedFragment> kept) throws Exception {
        ModuleLoader loader = new ModuleLoader();
        Class<?> whole = loader.loadClass(Whole.class.getName());
        Class<?> resource = loader.loadClass(Resource.class.getName());
        Method method = Stream.of(resource.getMethods())
                .filter(m -> m.getName().equals("put"))
                .findFirst()
                .orElseThrow();
        assertThat(whole).isNotSameAs(Whole.class);
        try (JsonCodec codec = new JsonCodec(JsonLimits.defaults())) {
            Object value = codec.read(bytes("{\"part\":{\"name\":\"a\",\"color\":\"red\"},\"parts\":[]}"), whole);
            codec.write(value, new RenderContext(Dialect.PLATFORM_FORGE, "r", "/", false));
            refuse(codec, whole, "{\"part\":{\"name\":\"\",\"color\":\"blue\",\"x\":1}}");
            refuse(codec, whole, "{\"note\":\"too long\"}");
            assertThat(new ParameterValidator(codec).applies(method)).isTrue();
            RouteDescription route = new RouteDescription(
                    RouteScope.PLATFORM,
                    "PUT",
                    "/x",
                    Dialect.PAAS,
                    "X",
                    resource,
                    method,
                    method.getAnnotation(Endpoint.class),
                    List.of(),
                    List.of());
            kept.add(PackedFragment.of(
                    new OpenApiGenerator().describe("leaky", RouteScope.PLATFORM, List.of(route), codec)));
        }
        return new WeakReference<>(loader);
    }

    private static void refuse(JsonCodec codec, Class<?> type, String body) {
        try {
            codec.read(bytes(body), type);
            throw new AssertionError("accepted " + body);
        } catch (PlatformException expected) {
            assertThat(expected.fields()).isNotEmpty();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Defines this test and its nested classes anew, as a bundle's class loader would. */
    private static final class ModuleLoader extends ClassLoader {
        ModuleLoader() {
            super(ClassLoaderLeakTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean own = name.startsWith(ClassLoaderLeakTest.class.getName()) && !name.endsWith("ModuleLoader");
            if (!own) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
