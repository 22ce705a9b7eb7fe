package org.platformforge.extension.maven;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.Version;
import org.platformforge.extension.verifier.ExtensionManifest;

/**
 * The extension as the build has left it in its folders, packed under another version: a version's content never changes, so what
 * is being written gets a number of its own each time. Used once.
 */
final class DevelopmentCopy {
    private static final Pattern VERSION = Pattern.compile("(?m)^version:[ \\t]*\\S.*$");

    private final Path classes;
    private final Path libraries;

    /** @param libraries folder of the bundles of private libraries; need not be there */
    DevelopmentCopy(Path classes, Path libraries) {
        this.classes = classes;
        this.libraries = libraries;
    }

    /** The number for the next copy: the author's own while it is the highest, otherwise the next patch of the highest. */
    static String next(String own, List<String> there) {
        Version highest = there.stream()
                .map(Version::parseVersion)
                .max(Version::compareTo)
                .orElse(Version.emptyVersion);
        Version wanted = Version.parseVersion(own);
        return wanted.compareTo(highest) > 0
                ? own
                : highest.getMajor() + "." + highest.getMinor() + "." + (highest.getMicro() + 1);
    }

    /** @throws IOException when there is no manifest, or it has errors */
    ExtensionManifest manifest() throws IOException {
        Path file = classes.resolve(ExtensionManifest.PATH);
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no src/main/resources/" + ExtensionManifest.PATH);
        }
        ExtensionManifest.Reading reading = ExtensionManifest.read(Files.readAllBytes(file));
        return reading.manifest()
                .orElseThrow(() -> new IOException(ExtensionManifest.PATH + " is not right: " + reading.findings()));
    }

    /** @return a JAR, or a ZIP archive where there are libraries */
    byte[] pack(String version) throws IOException {
        byte[] main = bundle(version);
        List<Path> bundles = Libraries.in(libraries);
        if (bundles.isEmpty()) {
            return main;
        }
        Map<String, byte[]> entries = new TreeMap<>();
        entries.put("extension.jar", main);
        for (Path bundle : bundles) {
            entries.put(bundle.getFileName().toString(), Files.readAllBytes(bundle));
        }
        return Archives.zip(entries);
    }

    private byte[] bundle(String version) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(JarFile.MANIFEST_NAME, headers(version));
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(file).toString().replace('\\', '/');
                if (!name.equals(JarFile.MANIFEST_NAME)) {
                    entries.put(name, Files.readAllBytes(file));
                }
            }
        }
        entries.computeIfPresent(ExtensionManifest.PATH, (name, yaml) -> withVersion(yaml, version));
        return Archives.zip(entries);
    }

    private byte[] headers(String version) throws IOException {
        Manifest manifest =
                new Manifest(new ByteArrayInputStream(Files.readAllBytes(classes.resolve(JarFile.MANIFEST_NAME))));
        manifest.getMainAttributes().put(new Attributes.Name("Bundle-Version"), version);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        return bytes.toByteArray();
    }

    /** Where the version does not stand on a line of its own, the checks say that the two versions differ. */
    private static byte[] withVersion(byte[] yaml, String version) {
        Matcher line = VERSION.matcher(new String(yaml, StandardCharsets.UTF_8));
        return line.replaceFirst("version: " + version).getBytes(StandardCharsets.UTF_8);
    }
}
