package org.platformforge.extension.maven;

import aQute.bnd.osgi.Analyzer;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.platformforge.extension.verifier.AllowedPackages;

/**
 * Private libraries of an extension as bundles: one that is a bundle is taken as it is, any other gets a manifest that exports
 * all its packages and imports what its classes need. What the platform has itself is left out. Used once.
 */
final class Libraries {
    private static final Pattern SIGNATURE =
            Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);
    private static final String VERSIONED_CLASSES = "META-INF/versions";

    private final Path folder;
    private final Log log;
    private final Map<String, String> names = new HashMap<>();

    /** @param file a JAR, or a folder of classes */
    record Library(File file, String groupId, String artifactId, String version) {
        String symbolicName() {
            return artifactId.startsWith(groupId) ? artifactId : groupId + "." + artifactId;
        }

        @Override
        public String toString() {
            return groupId + ":" + artifactId + ":" + version;
        }
    }

    /** @param folder of the bundles; nothing else is in it afterwards */
    Libraries(Path folder, Log log) {
        this.folder = folder;
        this.log = log;
    }

    /** The bundles in the folder, sorted by name. */
    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            return StreamSupport.stream(files.spliterator(), false).sorted().toList();
        }
    }

    void write(List<Library> libraries) throws IOException, MojoFailureException {
        for (Path old : in(folder)) {
            Files.delete(old);
        }
        for (Library library : libraries) {
            write(library);
        }
        if (libraries.isEmpty()) {
            Files.deleteIfExists(folder);
        }
    }

    private void write(Library library) throws IOException, MojoFailureException {
        try (Jar jar = new Jar(library.file())) {
            Set<String> packages = packages(jar);
            if (packages.isEmpty()) {
                log.warn(library + " holds no classes and is left out");
                return;
            }
            if (packages.stream().allMatch(AllowedPackages::contains)) {
                log.info(library + " is left out: the platform has it");
                return;
            }
            String name = symbolicName(jar);
            if (name == null) {
                name = library.symbolicName();
                wrap(library, jar);
            }
            String other = names.putIfAbsent(name, library.toString());
            if (other != null) {
                throw new MojoFailureException(library + " and " + other + " are both the bundle " + name);
            }
            Files.createDirectories(folder);
            jar.setReproducible("true");
            try (OutputStream out = Files.newOutputStream(folder.resolve(name + "-" + library.version() + ".jar"))) {
                jar.write(out);
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(library + ": " + e.getMessage(), e);
            }
        }
    }

    private static Set<String> packages(Jar jar) {
        Set<String> packages = new TreeSet<>();
        for (String name : jar.getResources().keySet()) {
            if (name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("module-info.class")) {
                int slash = name.lastIndexOf('/');
                packages.add(slash < 0 ? "" : name.substring(0, slash).replace('/', '.'));
            }
        }
        return packages;
    }

    /** @return null when it is no bundle */
    private static String symbolicName(Jar jar) throws IOException {
        try {
            Manifest manifest = jar.getManifest();
            String header =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            return header == null ? null : header.split(";")[0].strip();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(jar.getName() + ": " + e.getMessage(), e);
        }
    }

    private void wrap(Library library, Jar jar) throws IOException, MojoFailureException {
        for (String name : List.copyOf(jar.getResources().keySet())) {
            // signatures cover the manifest that is replaced; OSGi reads no other versions of classes without a header
            if (SIGNATURE.matcher(name).matches() || name.startsWith(VERSIONED_CLASSES)) {
                jar.remove(name);
            }
        }
        // not closed: that would close the JAR
        Analyzer analyzer = new Analyzer();
        analyzer.setJar(jar);
        String version = Analyzer.cleanupVersion(library.version());
        analyzer.setBundleSymbolicName(library.symbolicName());
        analyzer.setBundleVersion(version);
        analyzer.setProperty(Constants.EXPORT_PACKAGE, "*;version=\"" + version + "\"");
        analyzer.setProperty(Constants.IMPORT_PACKAGE, "*");
        analyzer.setProperty(Constants.NOEXTRAHEADERS, "true");
        analyzer.setProperty(Constants.REPRODUCIBLE, "true");
        try {
            jar.setManifest(analyzer.calcManifest());
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(library + ": " + e.getMessage(), e);
        }
        if (!analyzer.getErrors().isEmpty()) {
            throw new MojoFailureException(
                    library + " cannot be made a bundle: " + String.join("; ", analyzer.getErrors()));
        }
        log.info(library + " is no bundle and becomes one, " + library.symbolicName() + " " + version);
    }
}
