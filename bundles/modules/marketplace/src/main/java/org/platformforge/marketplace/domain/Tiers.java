package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.domain.Proposal.Problem;
import org.platformforge.marketplace.store.PublisherRepository;

/**
 * Where a release runs: in the platform's process when a publisher that an operator trusts has signed it, in a process of
 * its own otherwise, and nowhere when the operator allows neither. Thread-safe.
 */
@Component(service = Tiers.class)
public final class Tiers {
    static final String KEY_REVOKED = "KEY_REVOKED";

    private final CatalogueService catalogue;
    private final PublisherRepository publishers;
    private final MarketplaceSettings settings;
    private final ExtensionRuntime runtime;

    /**
     * @param tier null when it may run nowhere
     * @param problems why it may run nowhere; empty when it may
     */
    public record Choice(Tier tier, List<Problem> problems) {}

    @Activate
    public Tiers(
            @Reference CatalogueService catalogue,
            @Reference PublisherRepository publishers,
            @Reference MarketplaceSettings settings,
            @Reference ExtensionRuntime runtime) {
        this.catalogue = catalogue;
        this.publishers = publishers;
        this.settings = settings;
        this.runtime = runtime;
    }

    /** @param tx a cross-tenant one */
    Choice of(Transaction tx, Release release) {
        return of(publishers.find(tx, release.namespace()).orElseThrow(), catalogue.signature(tx, release));
    }

    Choice of(Publisher publisher, Release.Signature signature) {
        Set<Tier> allowed = settings.tiers();
        List<Problem> doubts = doubts(publisher, signature);
        if (doubts.isEmpty() && allowed.contains(Tier.T1)) {
            return new Choice(Tier.T1, List.of());
        }
        String obstacle = allowed.contains(Tier.T2)
                ? runtime.isolation().problem()
                : "the operator allows no extensions in processes of their own (tiers)";
        if (obstacle == null) {
            return new Choice(Tier.T2, List.of());
        }
        if (doubts.isEmpty()) {
            return new Choice(
                    null,
                    List.of(new Problem(
                            "TIER_NOT_ALLOWED",
                            "The operator allows no extensions in the platform's own process (tiers), and they cannot"
                                    + " run in processes of their own: " + obstacle)));
        }
        return new Choice(
                null,
                doubts.stream()
                        .map(doubt -> new Problem(
                                doubt.code(),
                                doubt.message() + ", and it cannot run in a process of its own: " + obstacle))
                        .toList());
    }

    /** What speaks against the platform's own process. */
    private List<Problem> doubts(Publisher publisher, Release.Signature signature) {
        List<Problem> doubts = new ArrayList<>();
        if (signature == Release.Signature.REVOKED_KEY) {
            doubts.add(new Problem(KEY_REVOKED, "The key it was signed with is revoked"));
        }
        if (signature == Release.Signature.UNSIGNED && !settings.unsignedAllowed()) {
            doubts.add(new Problem("NOT_SIGNED", "It is not signed"));
        }
        if (!publisher.trusted() && !settings.untrustedAllowed()) {
            doubts.add(new Problem("NOT_TRUSTED", "No operator trusts the publisher " + publisher.namespace()));
        }
        return doubts;
    }

    /**
     * A release runs in one place only: whoever is to have it apart cannot have it while others have it inside.
     *
     * @param tier where it is to run
     */
    Optional<Problem> occupied(Release release, Tier tier) {
        boolean inside = tier == Tier.T2
                && runtime.runs(release.extensionId(), release.sha256())
                && running(release).anyMatch(one -> one.tier() == Tier.T1);
        return inside
                ? Optional.of(new Problem(
                        "RUNS_INSIDE",
                        "It is to run in a process of its own, but version " + release.version() + " still runs in the"
                                + " platform's process for tenants that had it before"))
                : Optional.empty();
    }

    private Stream<ExtensionRuntime.Running> running(Release release) {
        return runtime.running(release.extensionId()).stream()
                .filter(one -> one.sha256().equals(release.sha256()));
    }

    /** Whether the release has, or would get, a process of its own. @param tx a cross-tenant one */
    boolean apart(Transaction tx, Release release) {
        return of(tx, release).tier() == Tier.T2 && running(release).allMatch(one -> one.tier() == Tier.T2);
    }
}
