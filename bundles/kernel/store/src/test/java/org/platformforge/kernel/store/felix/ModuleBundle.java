package org.platformforge.kernel.store.felix;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.platformforge.kernel.store.sample.LineEntity;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.sample.NoteKey;

/** Builds a module's bundle out of the sample, in any version. */
final class ModuleBundle {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Manifest manifest = new Manifest();

    ModuleBundle(String version) {
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "org.example.sample");
        headers.putValue("Bundle-Version", version);
        headers.putValue(
                "Import-Package",
                "javax.persistence,org.platformforge.kernel.api,org.platformforge.kernel.api.store,"
                        + "org.eclipse.persistence.descriptors.changetracking,org.eclipse.persistence.indirection,"
                        + "org.eclipse.persistence.internal.descriptors,org.eclipse.persistence.internal.identitymaps,"
                        + "org.eclipse.persistence.internal.jpa,org.eclipse.persistence.internal.jpa.rs.metadata.model,"
                        + "org.eclipse.persistence.internal.weaving,javax.xml.bind.annotation;resolution:=optional,"
                        + "org.eclipse.persistence.queries,org.eclipse.persistence.sessions");
        for (Class<?> type : new Class<?>[] {NoteEntity.class, NoteKey.class, LineEntity.class}) {
            resource(type.getName().replace('.', '/') + ".class");
        }
        resource("META-INF/persistence.xml");
        resource("META-INF/migrations/derby/V001__notes.sql");
        resource("META-INF/migrations/postgresql/V001__notes.sql");
    }

    private void resource(String name) {
        try (InputStream in = ModuleBundle.class.getClassLoader().getResourceAsStream(name)) {
            entries.put(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds or replaces a file. */
    ModuleBundle with(String name, String text) {
        entries.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    InputStream build() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
