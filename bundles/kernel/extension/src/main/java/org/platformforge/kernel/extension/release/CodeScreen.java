package org.platformforge.kernel.extension.release;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Finding;
import org.platformforge.extension.verifier.Verification;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/**
 * The verifier's checks once more, with the rules of this version of the platform: what was published may have been accepted
 * by an older one. What was found right by this version is not looked at again. Thread-safe.
 */
final class CodeScreen implements Screen {
    private static final int TOLD = 10;

    private final Screen manifests = new ManifestScreen();
    private final ExtensionVerifier verifier = new ExtensionVerifier();
    private final BooleanSupplier wanted;
    private final ScreenedArtifacts passed;

    CodeScreen(BooleanSupplier wanted, ScreenedArtifacts passed) {
        this.wanted = wanted;
        this.passed = passed;
    }

    @Override
    public List<String> problems(ExtensionRelease release, Artifact artifact) {
        List<String> problems = new ArrayList<>(manifests.problems(release, artifact));
        if (problems.isEmpty() && wanted.getAsBoolean() && !passed.contains(release.sha256())) {
            problems.addAll(verified(release, artifact));
            if (problems.isEmpty()) {
                passed.add(release.sha256());
            }
        }
        return problems;
    }

    private List<String> verified(ExtensionRelease release, Artifact artifact) {
        Verification found = verifier.verify(artifact.bytes());
        List<String> problems = new ArrayList<>(found.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .limit(TOLD)
                .map(finding -> finding.code() + (finding.where().isEmpty() ? "" : " " + finding.where()) + ": "
                        + finding.message())
                .toList());
        boolean same = found.manifest()
                .map(manifest -> manifest.id().equals(release.extensionId())
                        && manifest.version().equals(release.version()))
                .orElse(true);
        if (!same) {
            problems.add("The artifact's manifest is that of another extension or version");
        }
        return problems;
    }
}
