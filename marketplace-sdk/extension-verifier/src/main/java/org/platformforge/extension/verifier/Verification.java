package org.platformforge.extension.verifier;

import java.util.List;
import java.util.Optional;

/**
 * What the verifier has found.
 *
 * @param manifest what {@code META-INF/extension.yaml} says, when it is well-formed; present although there are errors elsewhere
 * @param sha256 of the artifact, 64 hexadecimal digits; empty when it was not read because it is too large or unreadable
 * @param size of the artifact in bytes
 * @param findings in the order they were found; empty when there is nothing to say
 */
public record Verification(Optional<ExtensionManifest> manifest, String sha256, long size, List<Finding> findings) {
    public Verification {
        findings = List.copyOf(findings);
    }

    /** Whether nothing stands against it. */
    public boolean accepted() {
        return manifest.isPresent() && errors().isEmpty();
    }

    public List<Finding> errors() {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .toList();
    }
}
