package org.platformforge.extension.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.platformforge.extension.verifier.ExtensionManifest;

/**
 * The bundles of an extension: a folder of classes with the libraries the build has put beside it, a JAR, or the ZIP archive that is
 * published.
 *
 * @param main a folder or a JAR
 */
record Installed(Path main, List<Path> libraries) {
    /** Where {@code forge:libraries} puts them. */
    private static final String LIBRARIES = "libraries";

    /** @param unpacked an empty folder for the bundles of an archive */
    static Installed of(Path extension, Path unpacked) throws IOException {
        if (Files.isDirectory(extension)) {
            return new Installed(extension, jars(extension.resolveSibling(LIBRARIES)));
        }
        if (!extension.toString().endsWith(".zip")) {
            return new Installed(extension, List.of());
        }
        List<Path> bundles = new ArrayList<>();
        try (ZipFile archive = new ZipFile(extension.toFile())) {
            for (ZipEntry entry : archive.stream().toList()) {
                Path bundle = unpacked.resolve(bundles.size() + ".jar");
                try (InputStream in = archive.getInputStream(entry)) {
                    Files.copy(in, bundle);
                }
                bundles.add(bundle);
            }
        }
        Path main = null;
        for (Path bundle : bundles) {
            try (ZipFile jar = new ZipFile(bundle.toFile())) {
                main = jar.getEntry(ExtensionManifest.PATH) == null ? main : bundle;
            }
        }
        if (main == null) {
            throw new IllegalStateException("No bundle of " + extension + " has a " + ExtensionManifest.PATH);
        }
        bundles.remove(main);
        return new Installed(main, List.copyOf(bundles));
    }

    private static List<Path> jars(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                files.forEach(jars::add);
            }
        }
        jars.sort(Comparator.naturalOrder());
        return jars;
    }

    /** What a framework installs the main bundle from. */
    String location() {
        URI uri = main.toUri();
        return Files.isDirectory(main) ? "reference:" + uri : uri.toString();
    }

    /** A file of the main bundle. */
    byte[] entry(String name) throws IOException {
        if (Files.isDirectory(main)) {
            return Files.readAllBytes(main.resolve(name));
        }
        try (ZipFile jar = new ZipFile(main.toFile())) {
            ZipEntry entry = jar.getEntry(name);
            if (entry == null) {
                throw new IllegalStateException("There is no " + name + " in " + main);
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }
    }
}
