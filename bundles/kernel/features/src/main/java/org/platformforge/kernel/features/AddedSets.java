package org.platformforge.kernel.features;

import org.apache.karaf.features.BootFinished;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Brings back, after Karaf's own boot, the sets that are no part of it: those that need a licence, of which one that is
 * missing must not keep all else from starting.
 */
@Component(
        service = AddedSets.class,
        // nobody asks for it
        immediate = true)
public final class AddedSets {
    private final FeatureSets sets;
    private volatile Thread worker;

    @Activate
    public AddedSets(@Reference FeatureSets sets) {
        this.sets = sets;
    }

    /** Optional in name only: Karaf registers it without saying so in its manifest, so that nothing could resolve. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, unbind = "unbooted")
    void booted(BootFinished now) {
        Thread thread = new Thread(sets::restore, "forge-feature-sets");
        thread.setDaemon(true);
        thread.start();
        worker = thread;
    }

    void unbooted(BootFinished now) {
        // it does not come a second time
    }

    @Deactivate
    void deactivate() {
        Thread running = worker;
        if (running != null) {
            running.interrupt();
        }
    }
}
