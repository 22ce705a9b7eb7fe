package org.platformforge.marketplace.domain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.ArtifactTable;

/**
 * The artifact store, for the platform's other modules. A digest alone opens nothing: the tenant must have put the content
 * there itself. Thread-safe.
 */
@Component(service = Artifacts.class)
public final class SharedArtifacts implements Artifacts {
    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");

    private final Store store;
    private final ArtifactStore artifacts;
    private final ArtifactTable table;

    @Activate
    public SharedArtifacts(@Reference Store store, @Reference ArtifactStore artifacts, @Reference ArtifactTable table) {
        this.store = store;
        this.artifacts = artifacts;
        this.table = table;
    }

    @Override
    public Artifact put(String tenantId, Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file);
                ArtifactStore.Staged staged = artifacts.stage(content)) {
            store.run(tenantId, tx -> artifacts.keep(tx, staged));
            artifacts.adopt(staged);
            return new Artifact("sha256:" + staged.sha256(), staged.size());
        }
    }

    @Override
    public Path file(String tenantId, String digest) {
        Matcher matcher = DIGEST.matcher(digest);
        if (!matcher.matches() || !store.call(tenantId, tx -> table.exists(tx, matcher.group(1)))) {
            throw PlatformException.notFound("Artifact", digest);
        }
        return artifacts.file(tenantId, matcher.group(1), digest);
    }
}
