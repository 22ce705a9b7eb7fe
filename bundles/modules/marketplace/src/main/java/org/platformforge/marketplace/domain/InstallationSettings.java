package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.InstallationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a tenant sets of an installation: its configuration, whether it is pinned, whether it is patched. Thread-safe. */
@Component(service = InstallationSettings.class)
public final class InstallationSettings {
    private static final Logger LOG = LoggerFactory.getLogger(InstallationSettings.class);

    private final Store store;
    private final InstallationTable installations;
    private final CatalogueRepository releases;
    private final InstallationReader reader;
    private final InstallPlanner planner;
    private final Submissions submissions;
    private final RuntimeDirector director;
    private final Trail trail;

    @Activate
    public InstallationSettings(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference CatalogueRepository releases,
            @Reference InstallationReader reader,
            @Reference InstallPlanner planner,
            @Reference Submissions submissions,
            @Reference RuntimeDirector director,
            @Reference Trail trail) {
        this.store = store;
        this.installations = installations;
        this.releases = releases;
        this.reader = reader;
        this.planner = planner;
        this.submissions = submissions;
        this.director = director;
        this.trail = trail;
    }

    /** @param pinned null to leave it @param autoPatch null to leave it */
    public Installation flags(Caller caller, String extensionId, Boolean pinned, Boolean autoPatch) {
        return store.call(caller.tenantId(), tx -> {
            Installation row = submissions.lock(tx, caller, extensionId);
            Installation changed = row.withFlags(
                    pinned == null ? row.pinned() : pinned, autoPatch == null ? row.autoPatch() : autoPatch);
            installations.update(tx, changed);
            Map<String, Object> facts = Trail.facts(changed);
            facts.put("pinned", changed.pinned());
            facts.put("auto_patch", changed.autoPatch());
            trail.note(tx, caller, "extension.update", row.id(), facts);
            return changed;
        });
    }

    /**
     * Replaces settings. Secret ones that are not named stay as they are; a null value takes a setting back.
     *
     * @throws PlatformException {@code VALIDATION} with every wrong setting; {@code CONFLICT} during an operation
     */
    public Installation configure(Caller caller, String extensionId, Map<String, Object> configuration) {
        Installation seen = reader.get(caller, extensionId);
        if (seen.current() == null) {
            throw Conflicts.state(seen, "installed", "configured");
        }
        Release release = store.call(
                Store.ALL_TENANTS,
                tx -> releases.release(tx, seen.current().releaseId()).orElseThrow());
        List<FieldError> fields = new ArrayList<>();
        Setup base = new Setup(
                release.id(),
                release.version(),
                release.sha256(),
                Map.of(),
                seen.current().sealedSecrets(),
                seen.current().secretNames(),
                seen.current().accepted(),
                null);
        Setup setup = planner.setup(
                        seen.id(), release, configuration, seen.current().accepted(), base, fields)
                .in(seen.current().tier());
        if (!fields.isEmpty()) {
            throw PlatformException.invalid("The configuration does not fit the extension", fields);
        }
        Installation changed = store.call(caller.tenantId(), tx -> {
            Installation row = submissions.lock(tx, caller, extensionId);
            Conflicts.refuseBusy(row);
            Conflicts.requireSame(seen, row);
            Installation next = row.withCurrent(setup);
            installations.update(tx, next);
            Map<String, Object> facts = Trail.facts(next);
            facts.put("settings", configuration == null ? List.of() : List.copyOf(configuration.keySet()));
            trail.tell(tx, caller, "extension.configured", row.id(), facts);
            return next;
        });
        serve(changed);
        return changed;
    }

    /** The settings are kept whether or not this node can serve by them now: the reconciler tells why, and tries again. */
    private void serve(Installation changed) {
        try {
            director.apply(changed.tenantId(), changed.extensionId());
        } catch (PlatformException e) {
            LOG.debug("{} is not served by its new settings yet", changed.extensionId(), e);
        }
    }
}
