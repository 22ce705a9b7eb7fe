package org.platformforge.marketplace.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.platformforge.marketplace.domain.ArtifactVerifier;
import org.platformforge.marketplace.domain.Finding;
import org.platformforge.marketplace.domain.Json;
import org.platformforge.marketplace.domain.Manifest;

/** Takes an artifact for its manifest as JSON; the real checks have tests of their own. */
public final class FakeVerifier implements ArtifactVerifier {
    private final Json json = new Json();

    @Override
    public Verdict artifact(Path file) {
        try {
            return manifest(json.parse(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Verdict manifest(Map<String, Object> manifest) {
        List<Finding> findings = new ArrayList<>();
        if (manifest.get("bad") instanceof List<?> bad) {
            bad.forEach(text -> findings.add(new Finding("test.bad", true, "x", String.valueOf(text))));
        }
        return new Verdict(new Manifest(manifest), findings);
    }
}
