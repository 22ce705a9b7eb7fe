package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.PublisherRepository;

/** What became known of a release after it was installed, and whether it may go on. Thread-safe. */
@Component(service = Standing.class)
public final class Standing {
    private static final String BLOCKED = "BLOCKED";
    private static final String KEY_REVOKED = "KEY_REVOKED";
    private static final String NOT_TRUSTED = "NOT_TRUSTED";

    private final CatalogueRepository catalogue;
    private final PublisherRepository publishers;
    private final MarketplaceSettings settings;
    private final Tiers tiers;

    /** @param code stable, such as {@code KEY_REVOKED} @param stops whether the release serves nobody because of it */
    public record Warning(String code, String message, boolean stops) {}

    @Activate
    public Standing(
            @Reference CatalogueRepository catalogue,
            @Reference PublisherRepository publishers,
            @Reference MarketplaceSettings settings,
            @Reference Tiers tiers) {
        this.catalogue = catalogue;
        this.publishers = publishers;
        this.settings = settings;
        this.tiers = tiers;
    }

    /** Whether a release was refused because of its standing. */
    static boolean isStop(PlatformException refusal) {
        return refusal.code()
                .filter(Set.of(BLOCKED, KEY_REVOKED, NOT_TRUSTED)::contains)
                .isPresent();
    }

    /** The worst first. @param tx a cross-tenant one */
    List<Warning> of(Transaction tx, Release release) {
        List<Warning> warnings = new ArrayList<>(stops(tx, release));
        warnings.addAll(told(tx, release));
        return warnings;
    }

    /** What publishers say of what would be installed. @param tx a cross-tenant one */
    List<Warning> told(Transaction tx, Proposal proposal) {
        List<Warning> all = new ArrayList<>(told(tx, proposal.release()));
        for (Proposal one : proposal.along()) {
            String id = one.release().extensionId();
            told(tx, one.release())
                    .forEach(told -> all.add(new Warning(told.code(), id + ": " + told.message(), told.stops())));
        }
        return all;
    }

    /** What its publisher says of it: nothing that keeps it from being installed, by itself. @param tx a cross-tenant one */
    List<Warning> told(Transaction tx, Release release) {
        List<Warning> warnings = new ArrayList<>();
        if (release.state() == Release.State.YANKED) {
            warnings.add(new Warning(
                    "YANKED", "Version " + release.version() + " was yanked: " + release.yankReason(), false));
        }
        catalogue.advisories(tx, release.extensionId()).stream()
                .filter(advisory -> !advisory.blocks() && advisory.affects(release.version()))
                .forEach(advisory ->
                        warnings.add(new Warning("ADVISORY", advisory.severity() + ": " + advisory.summary(), false)));
        return warnings;
    }

    /** Why the release may not serve anybody; empty when it may. @param tx a cross-tenant one */
    Optional<Warning> stop(Transaction tx, Release release) {
        return stops(tx, release).stream().filter(Warning::stops).findFirst();
    }

    /** An operator's word against the release, which counts whatever the settings say. @param tx a cross-tenant one */
    Optional<Warning> block(Transaction tx, Release release) {
        return catalogue.advisories(tx, release.extensionId()).stream()
                .filter(advisory -> advisory.blocks() && advisory.affects(release.version()))
                .map(advisory -> new Warning(BLOCKED, "An operator blocked it: " + advisory.summary(), true))
                .findFirst();
    }

    private List<Warning> stops(Transaction tx, Release release) {
        List<Warning> warnings = new ArrayList<>();
        block(tx, release).ifPresent(warnings::add);
        if (publishers.key(tx, release.keyId()).filter(PublisherKey::revoked).isPresent()) {
            warnings.add(
                    new Warning(KEY_REVOKED, "The key it was signed with is revoked", settings.withdrawnTrustStops()));
        }
        boolean trusted = publishers
                .find(tx, release.namespace())
                .filter(Publisher::trusted)
                .isPresent();
        if (!trusted && !settings.untrustedAllowed() && !tiers.apart(tx, release)) {
            warnings.add(new Warning(
                    NOT_TRUSTED,
                    "No operator trusts the publisher " + release.namespace() + " any more",
                    settings.withdrawnTrustStops()));
        }
        return warnings;
    }
}
