package org.platformforge.kernel.extension.felix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/** Builds an extension's bundle out of test classes, with component descriptions as bnd would write them. */
public final class ExtensionJar {
    private final String symbolicName;
    private final String version;
    private final Manifest manifest = new Manifest();
    private final List<String> descriptions = new ArrayList<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<ExtensionJar> libraries = new ArrayList<>();
    private Set<String> events = Set.of();
    private Set<String> hosts = Set.of();
    private final Map<String, Set<String>> indexes = new HashMap<>();
    private ExtensionRelease.Limits limits = new ExtensionRelease.Limits(16, 10_000);

    public ExtensionJar(String symbolicName, String version) {
        this.symbolicName = symbolicName;
        this.version = version;
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", symbolicName);
        attributes.putValue("Bundle-Version", version);
        attributes.putValue(
                "Import-Package",
                "java.util,org.platformforge.extension.api,org.platformforge.extension.api.command,"
                        + "org.platformforge.extension.api.event,org.platformforge.extension.api.job,"
                        + "org.platformforge.kernel.api");
        attributes.putValue(
                "Require-Capability", "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.4.0))\"");
    }

    public ExtensionJar header(String name, String value) {
        if (value == null) {
            manifest.getMainAttributes().remove(new Attributes.Name(name));
        } else {
            manifest.getMainAttributes().putValue(name, value);
        }
        return this;
    }

    public ExtensionJar imports(String more) {
        return header(
                "Import-Package",
                manifest.getMainAttributes().getValue("Import-Package") + (more.isEmpty() ? "" : "," + more));
    }

    public ExtensionJar limits(int concurrency, long millis) {
        limits = new ExtensionRelease.Limits(concurrency, millis);
        return this;
    }

    public ExtensionJar events(String... types) {
        events = Set.of(types);
        return this;
    }

    public ExtensionJar hosts(String... names) {
        hosts = Set.of(names);
        return this;
    }

    public ExtensionJar index(String collection, String... fields) {
        indexes.put(collection, Set.of(fields));
        return this;
    }

    public ExtensionJar library(ExtensionJar library) {
        libraries.add(library);
        return this;
    }

    public ExtensionJar classes(Class<?>... types) {
        for (Class<?> type : types) {
            String path = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                entries.put(path, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    public ExtensionJar entry(String path, String text) {
        entries.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A delayed component whose constructor takes one service of each given interface. */
    public ExtensionJar component(Class<?> implementation, Class<?> service, Class<?>... references) {
        return component(implementation, List.of(service.getName()), "", references);
    }

    public ExtensionJar component(Class<?> implementation, List<String> services, String more, Class<?>... references) {
        StringBuilder xml = new StringBuilder("<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='")
                .append(implementation.getName())
                .append("' init='")
                .append(references.length)
                .append("' deactivate='deactivate'><implementation class='")
                .append(implementation.getName())
                .append("'/>");
        if (!services.isEmpty()) {
            xml.append("<service>");
            services.forEach(service ->
                    xml.append("<provide interface='").append(service).append("'/>"));
            xml.append("</service>");
        }
        xml.append(more);
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

    public byte[] bytes() {
        StringBuilder paths = new StringBuilder();
        for (int i = 0; i < descriptions.size(); i++) {
            String path = "OSGI-INF/component" + i + ".xml";
            paths.append(i == 0 ? "" : ",").append(path);
            entries.put(path, descriptions.get(i).getBytes(StandardCharsets.UTF_8));
        }
        if (!paths.isEmpty()) {
            manifest.getMainAttributes().putValue("Service-Component", paths.toString());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private byte[] artifact() {
        if (libraries.isEmpty()) {
            return bytes();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(symbolicName + ".jar"));
            zip.write(bytes());
            for (ExtensionJar library : libraries) {
                zip.putNextEntry(new ZipEntry("lib/" + library.symbolicName + ".jar"));
                zip.write(library.bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes the artifact into the folder. */
    public ExtensionRelease release(Path folder) {
        try {
            byte[] bytes = artifact();
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            Path file = folder.resolve(sha256);
            Files.write(file, bytes);
            return new ExtensionRelease(symbolicName, version, sha256, file, events, hosts, indexes, limits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
