package org.platformforge.extension.verifier;

import acme.notes.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds bundles of extensions, good ones unless told otherwise. */
final class Bundles {
    static final String YAML = """
            id: acme.notes
            name: Notes
            version: 1.2.3
            description: Notes for teams.
            category: productivity
            license: Apache-2.0
            requires:
              api: "[1.0,2)"
            """;

    final Map<String, String> headers = new LinkedHashMap<>();
    final Map<String, byte[]> entries = new LinkedHashMap<>();

    private Bundles() {}

    static Bundles empty(String symbolicName, String version) {
        Bundles bundle = new Bundles();
        bundle.headers.put("Manifest-Version", "1.0");
        bundle.headers.put("Bundle-ManifestVersion", "2");
        bundle.headers.put("Bundle-SymbolicName", symbolicName);
        bundle.headers.put("Bundle-Version", version);
        return bundle;
    }

    /** One resource class and one listener. */
    static Bundles good() {
        return empty("acme.notes", "1.2.3")
                .yaml(YAML)
                .header(
                        "Import-Package",
                        "java.util,javax.ws.rs;version=\"[2.1,3)\",org.platformforge.extension.api,"
                                + "org.platformforge.extension.api.event,org.platformforge.kernel.api.http")
                .component(Fixtures.NotesResource.class, Fixtures.NotesResource.class.getName(), true)
                .component(Fixtures.Listener.class, "org.platformforge.extension.api.event.EventListener", false);
    }

    Bundles header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Bundles yaml(String text) {
        return entry(ExtensionManifest.PATH, text);
    }

    Bundles entry(String name, String text) {
        return entry(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Bundles entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    Bundles type(Class<?> type) {
        return entry(type.getName().replace('.', '/') + ".class", bytes(type));
    }

    static byte[] bytes(Class<?> type) {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Bundles component(Class<?> type, String service, boolean resource) {
        String path = "OSGI-INF/" + type.getName() + ".xml";
        headers.merge("Service-Component", path, (a, b) -> a + "," + b);
        return type(type).entry(path, description(type.getName(), service, resource));
    }

    static String description(String type, String service, boolean resource) {
        return "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='" + type + "'>"
                + (resource ? "<property name='osgi.jaxrs.resource' type='Boolean' value='true'/>" : "")
                + "<service><provide interface='" + service + "'/></service>"
                + "<reference name='c' interface='org.platformforge.extension.api.ExtensionContext' parameter='0'/>"
                + "<implementation class='" + type + "'/></scr:component>";
    }

    byte[] bytes() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("META-INF/MANIFEST.MF", manifest());
        all.putAll(entries);
        return zip(all);
    }

    private byte[] manifest() {
        StringBuilder text = new StringBuilder();
        headers.forEach((name, value) -> {
            String line = name + ": " + value;
            while (line.length() > 70) {
                text.append(line, 0, 70).append("\r\n");
                line = " " + line.substring(70);
            }
            text.append(line).append("\r\n");
        });
        return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
