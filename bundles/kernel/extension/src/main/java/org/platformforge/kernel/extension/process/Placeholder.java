package org.platformforge.kernel.extension.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/**
 * The bundle that stands in the framework for a release that runs elsewhere: it holds template files, and no code. It is
 * what everybody who asks by bundle finds. Stateless.
 */
public final class Placeholder {
    private Placeholder() {}

    /**
     * @param paths of template files in the release's bundles; each must be there
     * @throws IOException when one is not, or a bundle cannot be read
     */
    public static byte[] of(ExtensionRelease described, List<String> paths, List<ExtensionProcess.Part> parts)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, described.extensionId());
        headers.putValue(Constants.BUNDLE_VERSION, described.version());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> file : files(paths, parts).entrySet()) {
                jar.putNextEntry(new JarEntry(file.getKey()));
                jar.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> files(List<String> paths, List<ExtensionProcess.Part> parts) throws IOException {
        List<String> wanted = paths.stream().map(Placeholder::entry).toList();
        Map<String, byte[]> files = new TreeMap<>();
        if (wanted.isEmpty()) {
            return files;
        }
        for (ExtensionProcess.Part part : parts) {
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(part.jar()))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    String name = entry.getName();
                    if (wanted.contains(name) && !name.endsWith(".class") && !name.equals(JarFile.MANIFEST_NAME)) {
                        // one byte too many shows that it is too large
                        files.putIfAbsent(name, zip.readNBytes(ExtensionContributions.LARGEST_FILE + 1));
                    }
                }
            }
        }
        for (String name : wanted) {
            if (!files.containsKey(name)) {
                throw new IOException("The template " + name + " is no entry of the extension's bundles");
            }
        }
        return files;
    }

    /** The template files in it. */
    public static List<URL> files(Bundle placeholder) {
        Enumeration<URL> entries = placeholder.findEntries("/", "*", true);
        return entries == null
                ? List.of()
                : Collections.list(entries).stream()
                        .filter(url -> !url.getPath().equals("/" + JarFile.MANIFEST_NAME)
                                && !url.getPath().endsWith("/"))
                        .toList();
    }

    /** As archives name it. */
    static String entry(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }
}
