package org.platformforge.delivery.domain;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.ArtifactUse;
import org.platformforge.kernel.api.delivery.ArtifactHolder;
import org.platformforge.kernel.api.store.Store;

/**
 * Artifacts that releases need: those on their way, those an engine may still hold, and the newest that have served, so that
 * they can be brought back. Thread-safe.
 */
@Component(service = ArtifactHolder.class, configurationPid = DeliveryConfig.PID)
public final class HeldArtifacts implements ArtifactHolder {
    private final Store store;
    private final ArtifactUse use = new ArtifactUse();
    private volatile int kept;

    @Activate
    public HeldArtifacts(@Reference Store store, DeliveryConfig config) {
        this(store, config.releases_kept());
    }

    HeldArtifacts(Store store, int kept) {
        this.store = store;
        this.kept = Math.max(1, kept);
    }

    @Modified
    void modified(DeliveryConfig config) {
        kept = Math.max(1, config.releases_kept());
    }

    @Override
    public String name() {
        return "delivery";
    }

    @Override
    public Set<String> held(String tenantId, Set<String> digests) {
        return store.call(tenantId, tx -> use.held(tx, tenantId, digests, kept));
    }
}
