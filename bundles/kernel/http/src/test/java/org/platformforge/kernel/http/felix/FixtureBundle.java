package org.platformforge.kernel.http.felix;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Builds bundles out of test classes, each with component descriptions as bnd would write them. */
final class FixtureBundle {
    private final Manifest manifest = new Manifest();
    private final List<String> descriptions = new ArrayList<>();
    private final List<Class<?>> classes = new ArrayList<>();

    FixtureBundle(String symbolicName, String version) {
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", symbolicName);
        attributes.putValue("Bundle-Version", version);
        attributes.putValue(
                "Import-Package",
                "javax.ws.rs,javax.ws.rs.core,javax.validation,javax.validation.constraints,org.slf4j,"
                        + "org.platformforge.kernel.api,org.platformforge.kernel.api.http,"
                        + "org.platformforge.kernel.api.health");
    }

    String name() {
        return manifest.getMainAttributes().getValue("Bundle-SymbolicName");
    }

    String version() {
        return manifest.getMainAttributes().getValue("Bundle-Version");
    }

    FixtureBundle header(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    FixtureBundle classes(Class<?>... more) {
        classes.addAll(List.of(more));
        return this;
    }

    /** A resource component whose constructor takes one service of each given interface. */
    FixtureBundle resource(Class<?> resource, Class<?>... references) {
        StringBuilder xml = new StringBuilder();
        xml.append("<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='")
                .append(resource.getName())
                .append("' init='")
                .append(references.length)
                .append("'><implementation class='")
                .append(resource.getName())
                .append("'/><service><provide interface='")
                .append(resource.getName())
                .append("'/></service><property name='osgi.jaxrs.resource' value='true'/>");
        for (int i = 0; i < references.length; i++) {
            xml.append("<reference name='r")
                    .append(i)
                    .append("' interface='")
                    .append(references[i].getName())
                    .append("' parameter='")
                    .append(i)
                    .append("'/>");
        }
        descriptions.add(xml.append("</scr:component>").toString());
        return classes(resource);
    }

    /** A component that provides a service and is none of JAX-RS. */
    FixtureBundle component(Class<?> implementation, Class<?> service, Class<?>... references) {
        StringBuilder xml = new StringBuilder("<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='")
                .append(implementation.getName())
                .append("' init='")
                .append(references.length)
                .append("'><implementation class='")
                .append(implementation.getName())
                .append("'/><service><provide interface='")
                .append(service.getName())
                .append("'/></service>");
        for (int i = 0; i < references.length; i++) {
            xml.append("<reference name='r")
                    .append(i)
                    .append("' interface='")
                    .append(references[i].getName())
                    .append("' parameter='")
                    .append(i)
                    .append("'/>");
        }
        descriptions.add(xml.append("</scr:component>").toString());
        return classes(implementation);
    }

    InputStream build() {
        StringBuilder paths = new StringBuilder();
        for (int i = 0; i < descriptions.size(); i++) {
            paths.append(i == 0 ? "" : ",")
                    .append("OSGI-INF/component")
                    .append(i)
                    .append(".xml");
        }
        if (!paths.isEmpty()) {
            manifest.getMainAttributes().putValue("Service-Component", paths.toString());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (int i = 0; i < descriptions.size(); i++) {
                add(jar, "OSGI-INF/component" + i + ".xml", descriptions.get(i).getBytes(StandardCharsets.UTF_8));
            }
            for (Class<?> type : classes) {
                String path = type.getName().replace('.', '/') + ".class";
                try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                    add(jar, path, in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}
