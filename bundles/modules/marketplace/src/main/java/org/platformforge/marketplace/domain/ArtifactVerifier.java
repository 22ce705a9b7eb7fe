package org.platformforge.marketplace.domain;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** All static checks of what is published. Thread-safe. */
public interface ArtifactVerifier {
    /**
     * @param manifest null when it could not be read; then a finding says why
     * @param findings all of them, at once
     */
    record Verdict(Manifest manifest, List<Finding> findings) {
        public boolean refused() {
            return manifest == null || findings.stream().anyMatch(Finding::error);
        }
    }

    /** A JAR, or a ZIP archive of a bundle and its private libraries. */
    Verdict artifact(Path file);

    /** A manifest alone, as JSON. */
    Verdict manifest(Map<String, Object> manifest);
}
