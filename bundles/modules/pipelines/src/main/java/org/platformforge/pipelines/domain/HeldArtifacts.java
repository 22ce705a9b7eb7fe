package org.platformforge.pipelines.domain;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.delivery.ArtifactHolder;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.pipelines.store.ArtifactUse;

/** Artifacts of runs that are not at their end, and of each pipeline's newest runs. Thread-safe. */
@Component(service = ArtifactHolder.class, configurationPid = PipelinesConfig.PID)
public final class HeldArtifacts implements ArtifactHolder {
    private final Store store;
    private final ArtifactUse use = new ArtifactUse();
    private volatile int kept;

    @Activate
    public HeldArtifacts(@Reference Store store, PipelinesConfig config) {
        this(store, config.runs_kept());
    }

    HeldArtifacts(Store store, int kept) {
        this.store = store;
        this.kept = Math.max(1, kept);
    }

    @Modified
    void modified(PipelinesConfig config) {
        kept = Math.max(1, config.runs_kept());
    }

    @Override
    public String name() {
        return "pipelines";
    }

    @Override
    public Set<String> held(String tenantId, Set<String> digests) {
        return store.call(tenantId, tx -> use.held(tx, tenantId, digests, kept));
    }
}
