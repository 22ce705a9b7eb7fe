package org.platformforge.kernel.store.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.jpa.PersistenceXml;
import org.platformforge.kernel.store.jpa.UnitDescriptor;
import org.platformforge.kernel.store.migrate.MigrationSet;

/** The store's files of the module a class comes from: of its folder of classes or its jar, and no other's. */
record ModuleFiles(String name, URL location, SortedMap<String, String> scripts, Optional<UnitDescriptor> unit) {

    static ModuleFiles of(Class<?> anchor, DatabaseKind kind) {
        URL location = anchor.getProtectionDomain().getCodeSource().getLocation();
        try {
            Path path = Path.of(location.toURI());
            if (Files.isDirectory(path)) {
                return read(anchor, location, path, kind);
            }
            URI jar = URI.create("jar:" + location);
            try (FileSystem files = FileSystems.newFileSystem(jar, java.util.Map.of())) {
                return read(anchor, location, files.getPath("/"), kind);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ModuleFiles read(Class<?> anchor, URL location, Path root, DatabaseKind kind) throws IOException {
        SortedMap<String, String> scripts = new TreeMap<>();
        Path folder = root.resolve("META-INF/migrations/" + kind.id());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    scripts.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        Path xml = root.resolve("META-INF/persistence.xml");
        UnitDescriptor unit = null;
        if (Files.exists(xml)) {
            try (InputStream in = Files.newInputStream(xml)) {
                unit = PersistenceXml.parse(in);
            }
        }
        return new ModuleFiles(anchor.getPackageName(), location, scripts, Optional.ofNullable(unit));
    }

    MigrationSet migrations() {
        return new MigrationSet(name, scripts);
    }
}
