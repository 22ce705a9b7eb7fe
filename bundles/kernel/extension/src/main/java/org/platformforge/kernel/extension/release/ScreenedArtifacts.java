package org.platformforge.kernel.extension.release;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes of artifacts that passed this bundle's screens, over restarts: in the bundle's own part of the framework's cache,
 * which goes when another distribution is started, and for this very installation of the bundle. A lost file costs a second
 * look and no more. Thread-safe.
 */
final class ScreenedArtifacts {
    private static final Logger LOG = LoggerFactory.getLogger(ScreenedArtifacts.class);
    private static final String FILE = "screened";
    private static final int MOST = 10_000;

    private final Set<String> hashes = new HashSet<>();
    private final String rules;
    private final Path file;

    /** @param rules names the screens' rules; what passed under others is not known @param file null to keep nothing */
    ScreenedArtifacts(String rules, Path file) {
        this.rules = rules;
        this.file = file;
        load();
    }

    static ScreenedArtifacts of(BundleContext context) {
        Bundle bundle = context.getBundle();
        File file = context.getDataFile(FILE);
        return new ScreenedArtifacts(
                bundle.getVersion() + " " + bundle.getLastModified(), file == null ? null : file.toPath());
    }

    private void load() {
        if (file == null || !Files.isRegularFile(file)) {
            return;
        }
        try {
            List<String> lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.get(0).equals(rules)) {
                hashes.addAll(lines.subList(1, lines.size()));
            } else {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be read: artifacts are screened once more", file, e);
        }
    }

    synchronized boolean contains(String sha256) {
        return hashes.contains(sha256);
    }

    synchronized void add(String sha256) {
        boolean full = hashes.size() >= MOST;
        if (full) {
            hashes.clear();
        }
        if (hashes.add(sha256) && file != null) {
            write(sha256, full);
        }
    }

    private void write(String sha256, boolean anew) {
        try {
            if (anew || !Files.isRegularFile(file)) {
                Files.write(file, List.of(rules, sha256));
            } else {
                Files.write(file, List.of(sha256), StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be written: the artifact is screened again after a restart", file, e);
        }
    }
}
