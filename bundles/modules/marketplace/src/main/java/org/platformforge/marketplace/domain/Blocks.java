package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.InstallationTable;

/** Versions that operators took out of service everywhere, such as malicious ones. Thread-safe. */
@Component(service = Blocks.class)
public final class Blocks {
    private static final int LONGEST_REASON = 2000;

    private final Store store;
    private final CatalogueRepository catalogue;
    private final InstallationTable installations;
    private final Trail trail;

    @Activate
    public Blocks(
            @Reference Store store,
            @Reference CatalogueRepository catalogue,
            @Reference InstallationTable installations,
            @Reference Trail trail) {
        this.store = store;
        this.catalogue = catalogue;
        this.installations = installations;
        this.trail = trail;
    }

    /**
     * From now on the versions are installed nowhere, and those that are installed are stopped on every node within seconds.
     * Everybody sees it as an advisory of the severity {@code blocked}.
     *
     * @param affected a version range
     */
    public Advisory block(Caller operator, String extensionId, String affected, String reason) {
        if (Versions.range(affected).isEmpty()) {
            throw PlatformException.invalid("affected", "must be a version range, such as [1.0,1.2.3)");
        }
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw PlatformException.invalid("reason", "must have 1 to " + LONGEST_REASON + " characters");
        }
        store.call(Store.ALL_TENANTS, tx -> catalogue.find(tx, extensionId))
                .orElseThrow(() -> PlatformException.notFound("Extension", extensionId));
        Advisory block = store.call(operator.tenantId(), tx -> {
            Advisory made = new Advisory(
                    operator.tenantId(),
                    Ids.next("adv_"),
                    extensionId,
                    affected,
                    Advisory.BLOCK,
                    reason.strip(),
                    operator.subject(),
                    tx.now());
            catalogue.insert(tx, made);
            trail.tell(tx, operator, "extension.blocked", extensionId, facts(made));
            return made;
        });
        recheck(extensionId);
        return block;
    }

    /** What was stopped for it serves again, a moment later. */
    public Advisory lift(Caller operator, String extensionId, String id) {
        Advisory block = store.call(
                        Store.ALL_TENANTS,
                        tx -> catalogue.advisories(tx, extensionId).stream()
                                .filter(one -> one.blocks() && one.id().equals(id))
                                .findFirst())
                .orElseThrow(() -> PlatformException.notFound("Block", id));
        store.run(block.tenantId(), tx -> {
            catalogue.removeAdvisory(tx, id).orElseThrow(() -> PlatformException.notFound("Block", id));
            trail.tell(tx, operator, "extension.unblocked", extensionId, facts(block));
        });
        recheck(extensionId);
        return block;
    }

    /** The installations are other tenants': a transaction of its own. */
    private void recheck(String extensionId) {
        store.run(Store.ALL_TENANTS, tx -> installations.recheck(tx, extensionId));
    }

    private static Map<String, Object> facts(Advisory block) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("extension_id", block.extensionId());
        facts.put("affected", block.affected());
        facts.put("reason", block.summary());
        return facts;
    }
}
