package org.platformforge.itests.extensions;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.ws.rs.GET;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.kernel.api.Caller;

/** Makes an extension's bundle out of classes of this module, with bnd, as authors' builds do. Not thread-safe. */
public final class ExtensionBuilder {
    private static final String MANIFEST = "META-INF/extension.yaml";

    private final String id;
    private final String version;
    private final List<Class<?>> classes = new ArrayList<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private String manifest;

    public ExtensionBuilder(String id, String version) {
        this.id = id;
        this.version = version;
        this.manifest = """
                id: %s
                name: Extension %s
                version: %s
                description: An extension of the integration tests.
                category: other
                license: Apache-2.0
                """.formatted(id, id, version);
        requires("api: \"[1.0,2)\"");
        entry(Shop.VERSION, version);
    }

    public ExtensionBuilder classes(Class<?>... types) {
        classes.addAll(List.of(types));
        return this;
    }

    public ExtensionBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** @param path in the bundle */
    public ExtensionBuilder entry(String path, String text) {
        return entry(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public ExtensionBuilder entry(String path, byte[] content) {
        entries.put(path, content);
        return this;
    }

    /** Lines of {@code requires}, in place of any range of the API. */
    public ExtensionBuilder requires(String... lines) {
        manifest = manifest.replaceAll("(?m)^(requires:|  api: .*|  extensions: .*)\\n", "");
        return manifest("requires:\n  " + String.join("\n  ", lines));
    }

    /** More lines of the extension's manifest. */
    public ExtensionBuilder manifest(String yaml) {
        manifest += yaml + "\n";
        return this;
    }

    public Artifact build() {
        try (Builder builder = new Builder();
                Jar jar = new Jar(id);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            for (Class<?> type : classes) {
                String path = type.getName().replace('.', '/') + ".class";
                jar.putResource(path, new EmbeddedResource(content(type, path), 0));
            }
            jar.putResource(MANIFEST, new EmbeddedResource(manifest.getBytes(StandardCharsets.UTF_8), 0));
            entries.forEach((path, content) -> jar.putResource(path, new EmbeddedResource(content, 0)));
            builder.setJar(jar);
            for (Class<?> offered : List.of(ExtensionContext.class, Caller.class, GET.class)) {
                builder.addClasspath(origin(offered));
            }
            builder.setBundleSymbolicName(id);
            builder.setBundleVersion(version);
            builder.setProperty("-noextraheaders", "true");
            headers.forEach(builder::setProperty);
            jar.setManifest(builder.calcManifest());
            if (!builder.getErrors().isEmpty()) {
                throw new IllegalStateException(String.join("; ", builder.getErrors()));
            }
            jar.setReproducible("true");
            jar.write(bytes);
            return new Artifact(id, version, bytes.toByteArray());
        } catch (Exception e) { // which is what bnd declares
            throw new IllegalStateException("The artifact " + id + " " + version + " cannot be made", e);
        }
    }

    private static byte[] content(Class<?> type, String path) throws IOException {
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
            return in.readAllBytes();
        }
    }

    private static File origin(Class<?> type) throws URISyntaxException {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
