package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.VersionRange;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.domain.Proposal.Problem;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.InstallationTable;
import org.platformforge.marketplace.store.PublisherRepository;

/** Says what an installation or upgrade would do, without doing it. Thread-safe. */
@Component(service = InstallPlanner.class)
public final class InstallPlanner {
    private final Store store;
    private final CatalogueService catalogue;
    private final CatalogueRepository releases;
    private final PublisherRepository publishers;
    private final InstallationTable installations;
    private final ArtifactStore artifacts;
    private final ExtensionRuntime runtime;
    private final PlatformApi api;
    private final SecretVault vault;
    private final Standing standing;
    private final Dependencies dependencies;
    private final Tiers tiers;

    /**
     * What a tenant wants.
     *
     * @param version a version or a range, null for the highest
     * @param configuration settings to add or change; a null value takes one back; null for none
     * @param accepted permissions the tenant accepts
     * @param along whether extensions it needs, and the tenant does not have, are installed with it
     */
    public record Wish(String version, Map<String, Object> configuration, Set<String> accepted, boolean along) {
        public Wish(String version, Map<String, Object> configuration, Set<String> accepted) {
            this(version, configuration, accepted, false);
        }
    }

    /** @param tier null when it may run nowhere */
    private record Eligibility(Publisher publisher, Release.Signature signature, Tier tier, List<Problem> problems) {}

    @Activate
    public InstallPlanner(
            @Reference Store store,
            @Reference CatalogueService catalogue,
            @Reference CatalogueRepository releases,
            @Reference PublisherRepository publishers,
            @Reference InstallationTable installations,
            @Reference ArtifactStore artifacts,
            @Reference ExtensionRuntime runtime,
            @Reference PlatformApi api,
            @Reference SecretVault vault,
            @Reference Standing standing,
            @Reference Tiers tiers) {
        this.store = store;
        this.catalogue = catalogue;
        this.releases = releases;
        this.publishers = publishers;
        this.installations = installations;
        this.artifacts = artifacts;
        this.runtime = runtime;
        this.api = api;
        this.vault = vault;
        this.standing = standing;
        this.tiers = tiers;
        this.dependencies = new Dependencies(store, installations, this::best);
    }

    /**
     * @param installationId secrets are sealed for it
     * @param base the setup whose settings and accepted permissions are carried on, or null
     * @throws PlatformException {@code NOT_FOUND} when there is no such extension or version
     */
    Proposal propose(String tenantId, String installationId, String extensionId, Wish wish, Setup base) {
        Release release = choose(tenantId, extensionId, wish.version());
        return propose(tenantId, installationId, release, wish, base);
    }

    private Proposal propose(String tenantId, String installationId, Release release, Wish wish, Setup base) {
        Dependencies.Resolution needs = dependencies.resolve(tenantId, release, wish.along());
        Wish defaults = new Wish(null, null, wish.accepted());
        List<Proposal> along = needs.along().stream()
                // without settings there are no secrets to be sealed for an installation
                .map(one -> proposal(tenantId, "along", one, defaults, null))
                .toList();
        Proposal own = proposal(tenantId, installationId, release, wish, base);
        Set<String> missing = new TreeSet<>(own.missing());
        List<Problem> problems = new ArrayList<>(own.problems());
        problems.addAll(needs.problems());
        for (Proposal one : along) {
            String id = one.release().extensionId();
            missing.addAll(one.missing());
            one.problems().forEach(problem -> problems.add(new Problem(problem.code(), id + ": " + problem.message())));
            if (!one.fields().isEmpty()) {
                problems.add(new Problem(
                        "DEPENDENCY_NEEDS_SETTINGS",
                        id + " needs settings of its own ("
                                + one.fields().get(0).field() + "); install it first"));
            }
        }
        return new Proposal(
                release,
                own.setup(),
                own.signature(),
                own.publisher(),
                own.tier(),
                own.fields(),
                missing,
                needs.needed(),
                problems,
                along,
                own.plan(),
                List.of());
    }

    /** Of the release by itself. */
    private Proposal proposal(String tenantId, String installationId, Release release, Wish wish, Setup base) {
        Set<String> accepted = new TreeSet<>(wish.accepted());
        if (base != null) {
            accepted.addAll(base.accepted());
        }
        Set<String> missing = new TreeSet<>(release.manifest().permissions());
        missing.removeAll(accepted);
        accepted.retainAll(release.manifest().permissions());
        List<FieldError> fields = new ArrayList<>();
        Setup setup = setup(installationId, release, wish.configuration(), accepted, base, fields);
        Eligibility eligibility = store.call(Store.ALL_TENANTS, tx -> eligibility(tx, release));
        List<Problem> problems = new ArrayList<>(eligibility.problems());
        tiers.occupied(release, eligibility.tier()).ifPresent(problems::add);
        problems.addAll(dependents(tenantId, release));
        ExtensionRuntime.Plan plan = plan(release, eligibility.tier());
        plan.problems().forEach(text -> problems.add(new Problem("NOT_RESOLVED", text)));
        plan.refreshed()
                .forEach(bundle -> problems.add(new Problem("WOULD_REFRESH", "It would refresh the bundle " + bundle)));
        return new Proposal(
                release,
                setup.in(eligibility.tier()),
                eligibility.signature(),
                eligibility.publisher(),
                eligibility.tier(),
                fields,
                missing,
                List.of(),
                problems,
                List.of(),
                plan,
                List.of());
    }

    private ExtensionRuntime.Plan plan(Release release, Tier tier) {
        return runtime.plan(release.manifest()
                .toRuntime(
                        release, artifacts.file(release.tenantId(), release.digest()), tier == null ? Tier.T1 : tier));
    }

    /** What a release is, or would be, wired to. */
    ExtensionRuntime.Plan wiring(String releaseId) {
        Release release = store.call(
                Store.ALL_TENANTS, tx -> releases.release(tx, releaseId).orElseThrow());
        return plan(
                release,
                store.call(Store.ALL_TENANTS, tx -> tiers.of(tx, release)).tier());
    }

    private Release choose(String tenantId, String extensionId, String wanted) {
        VersionRange range = null;
        if (wanted != null && !wanted.isBlank() && !wanted.equals("latest")) {
            range = Versions.range(wanted)
                    .orElseThrow(() -> PlatformException.invalid(
                            "version", "must be a version such as 1.2.3, or a range such as ^1.2.0 or [1.2,2)"));
        }
        Optional<Release> best = best(tenantId, extensionId, range);
        if (best.isPresent()) {
            return best.get();
        }
        List<Release> visible = store.call(Store.ALL_TENANTS, tx -> releases.releases(tx, extensionId)).stream()
                .filter(release -> release.state() != Release.State.DRAFT
                        || release.tenantId().equals(tenantId))
                .toList();
        if (visible.isEmpty()) {
            throw PlatformException.notFound("Extension", extensionId);
        }
        VersionRange within = range;
        visible.stream() // highest first
                .filter(release -> release.state() == Release.State.YANKED)
                .filter(release -> within != null && within.includes(Versions.of(release.version())))
                .findFirst()
                .ifPresent(yanked -> {
                    throw PlatformException.of(
                                    ErrorKind.CONFLICT,
                                    "Version " + yanked.version() + " was yanked: " + yanked.yankReason())
                            .withCode("VERSION_YANKED");
                });
        throw PlatformException.notFound("Version", wanted == null ? "latest" : wanted);
    }

    /**
     * The highest version in the range that may run here; when none may, the highest, so that the reasons are told. A draft
     * with an artifact counts for its own publisher when it is named exactly.
     */
    Optional<Release> best(String tenantId, String extensionId, VersionRange range) {
        List<Release> candidates =
                store.call(Store.ALL_TENANTS, tx -> catalogue.candidates(tx, tenantId, extensionId, range));
        return candidates.stream()
                .filter(release -> eligibility(release).isEmpty())
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    /** Whether the release may run on this platform at all, now. */
    List<Problem> eligibility(Release release) {
        return store.call(Store.ALL_TENANTS, tx -> eligibility(tx, release)).problems();
    }

    /** Whether the place the tenant was promised for the release is taken. */
    Optional<Problem> occupied(Release release, Setup promised) {
        return tiers.occupied(release, promised.tier());
    }

    private Eligibility eligibility(Transaction tx, Release release) {
        Publisher publisher = publishers.find(tx, release.namespace()).orElseThrow();
        Release.Signature signature = catalogue.signature(tx, release);
        Tiers.Choice choice = tiers.of(publisher, signature);
        List<Problem> problems = eligibility(release, signature, choice);
        standing.block(tx, release).ifPresent(block -> problems.add(0, new Problem(block.code(), block.message())));
        return new Eligibility(publisher, signature, choice.tier(), problems);
    }

    private List<Problem> eligibility(Release release, Release.Signature signature, Tiers.Choice choice) {
        List<Problem> problems = new ArrayList<>();
        if (!api.satisfies(release.manifest())) {
            problems.add(new Problem(
                    "NOT_COMPATIBLE",
                    "It needs the extension API " + release.manifest().api() + "; this platform has " + api.version()));
        }
        problems.addAll(choice.problems());
        boolean told = problems.stream().anyMatch(problem -> problem.code().equals(Tiers.KEY_REVOKED));
        if (signature == Release.Signature.REVOKED_KEY && !told) {
            // what runs already may go on behind better walls; nothing new is let in
            problems.add(new Problem(Tiers.KEY_REVOKED, "The key it was signed with is revoked"));
        }
        return problems;
    }

    /**
     * What the tenant's other extensions have against the release now: those it needs, and those that need it.
     *
     * @param along what is being installed with it
     */
    List<Problem> relations(String tenantId, Release release, List<Release> along) {
        List<Problem> problems = new ArrayList<>(dependencies.missing(tenantId, release, along));
        problems.addAll(dependents(tenantId, release));
        return problems;
    }

    /** Those of the tenant that need this extension in a version that the release is not. */
    private List<Problem> dependents(String tenantId, Release release) {
        List<Problem> problems = new ArrayList<>();
        dependentRanges(tenantId, release.extensionId()).forEach((id, text) -> {
            if (!Versions.range(text)
                    .map(range -> range.includes(Versions.of(release.version())))
                    .orElse(false)) {
                problems.add(new Problem(
                        "DEPENDENT_BREAKS", id + " is installed and needs " + release.extensionId() + " " + text));
            }
        });
        return problems;
    }

    /** Extensions of the tenant that need this one, with the range they need. */
    Map<String, String> dependentRanges(String tenantId, String extensionId) {
        List<Installation> own = store.call(tenantId, tx -> installations.ofTenant(tx, tenantId));
        return store.call(Store.ALL_TENANTS, tx -> {
            Map<String, String> ranges = new LinkedHashMap<>();
            for (Installation other : own) {
                needed(tx, other, extensionId).ifPresent(range -> ranges.put(other.extensionId(), range));
            }
            return ranges;
        });
    }

    /** @throws PlatformException {@code CONFLICT} while other extensions of the tenant need this one */
    void requireNoDependents(String tenantId, String extensionId) {
        Set<String> dependents = dependentRanges(tenantId, extensionId).keySet();
        if (!dependents.isEmpty()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "It is needed by " + String.join(", ", dependents))
                    .withCode("STILL_NEEDED")
                    .withDetail("dependents", List.copyOf(dependents));
        }
    }

    private Optional<String> needed(Transaction tx, Installation other, String extensionId) {
        Setup setup = other.pending() == null ? other.current() : other.pending();
        if (setup == null || other.state() == Installation.State.FAILED) {
            return Optional.empty();
        }
        return releases.release(tx, setup.releaseId())
                .map(release -> release.manifest().dependencies().get(extensionId));
    }

    /** As if it ran in the platform's process. @param fields gets what is wrong */
    Setup setup(
            String installationId,
            Release release,
            Map<String, Object> changes,
            Set<String> accepted,
            Setup base,
            List<FieldError> fields) {
        ConfigurationSchema schema = new ConfigurationSchema(release.manifest());
        Map<String, Object> values = new LinkedHashMap<>();
        if (base != null) {
            values.putAll(base.configuration());
            values.putAll(vault.open(installationId, base.sealedSecrets()));
            values.keySet().retainAll(schema.names());
        }
        if (changes != null) {
            changes.forEach((name, value) -> {
                if (value == null) {
                    values.remove(name);
                } else {
                    values.put(name, value);
                }
            });
        }
        Map<String, Object> complete = schema.withDefaults(values);
        fields.addAll(schema.validate(complete));
        Map<String, Object> secrets = new LinkedHashMap<>(complete);
        secrets.keySet().retainAll(schema.secretNames());
        complete.keySet().removeAll(schema.secretNames());
        return new Setup(
                release.id(),
                release.version(),
                release.sha256(),
                complete,
                vault.seal(installationId, secrets),
                secrets.keySet(),
                accepted,
                null);
    }
}
