package org.platformforge.kernel.store.component;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.jpa.PersistenceXml;
import org.platformforge.kernel.store.jpa.UnitDescriptor;
import org.platformforge.kernel.store.migrate.MigrationSet;

/** The store's files in a bundle. */
final class BundleFiles {
    private final Bundle bundle;

    BundleFiles(Bundle bundle) {
        this.bundle = bundle;
    }

    MigrationSet migrations(DatabaseKind kind) {
        SortedMap<String, String> scripts = new TreeMap<>();
        Enumeration<URL> found = bundle.findEntries("META-INF/migrations/" + kind.id(), "*.sql", false);
        for (URL url : found == null ? Collections.<URL>emptyList() : Collections.list(found)) {
            String path = url.getPath();
            scripts.put(path.substring(path.lastIndexOf('/') + 1), text(url));
        }
        return new MigrationSet(bundle.getSymbolicName(), scripts);
    }

    /** @throws IllegalArgumentException when the file is wrong */
    Optional<UnitDescriptor> unit() {
        URL xml = bundle.getEntry("META-INF/persistence.xml");
        if (xml == null) {
            return Optional.empty();
        }
        try (InputStream in = xml.openStream()) {
            return Optional.of(PersistenceXml.parse(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(URL url) {
        try (InputStream in = url.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
