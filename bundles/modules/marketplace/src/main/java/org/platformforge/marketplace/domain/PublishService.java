package org.platformforge.marketplace.domain;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.verifier.Signatures;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.InstallationTable;
import org.platformforge.marketplace.store.PublisherRepository;

/**
 * Releases from draft to yanked. Everything is checked before anything is stored, and everything that is wrong is told
 * at once. Thread-safe.
 */
@Component(service = PublishService.class)
public final class PublishService {
    private static final Set<String> SEVERITIES = Set.of("low", "medium", "high", "critical");
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,39}\\.[a-z][a-z0-9-]{1,39}");
    private static final int LONGEST_TEXT = 2000;

    private final Store store;
    private final CatalogueRepository catalogue;
    private final PublisherRepository publishers;
    private final ArtifactVerifier verifier;
    private final ArtifactStore artifacts;
    private final InstallationTable installations;
    private final Trail trail;

    /**
     * @param created false when the same content was published before
     */
    public record Published(Release release, boolean created) {}

    /** @param extensionId {@code namespace.name} @param key the key that made the signature, null without one */
    private record Checked(Manifest manifest, Publisher publisher, PublisherKey key, List<Finding> findings) {}

    @Activate
    public PublishService(
            @Reference Store store,
            @Reference CatalogueRepository catalogue,
            @Reference PublisherRepository publishers,
            @Reference ArtifactVerifier verifier,
            @Reference ArtifactStore artifacts,
            @Reference InstallationTable installations,
            @Reference Trail trail) {
        this.store = store;
        this.catalogue = catalogue;
        this.publishers = publishers;
        this.verifier = verifier;
        this.artifacts = artifacts;
        this.installations = installations;
        this.trail = trail;
    }

    /**
     * Document 002's request: announces a version as a draft, whose artifact comes later.
     *
     * @param manifest as in {@code extension.yaml}; what stands beside it in the request is filled in already
     */
    public Published draft(Caller caller, Map<String, Object> manifest) {
        Map<String, Object> complete = new LinkedHashMap<>(manifest);
        complete.computeIfAbsent("id", key -> derivedId(caller, complete.get("name")));
        Checked checked = check(caller, lenient(verifier.manifest(complete)), null, null);
        return store.call(caller.tenantId(), tx -> {
            Manifest wanted = checked.manifest();
            Optional<Release> there = catalogue.release(tx, wanted.id(), wanted.version());
            if (there.isPresent() && there.get().sha256() != null) {
                throw exists(there.get(), "has an artifact already; announce a new version");
            }
            if (there.isPresent() && there.get().manifest().json().equals(wanted.json())) {
                return new Published(there.get(), false);
            }
            Release release = release(tx, caller, checked, null, Release.State.DRAFT, null, wanted.changelog(), there);
            write(tx, caller, release, checked.publisher(), there.isPresent(), "extension.drafted");
            return new Published(release, true);
        });
    }

    /** A draft without an artifact is an announcement: what its manifest lacks is told, and refused with the artifact. */
    private static ArtifactVerifier.Verdict lenient(ArtifactVerifier.Verdict verdict) {
        return new ArtifactVerifier.Verdict(
                verdict.manifest(),
                verdict.findings().stream()
                        .map(finding -> new Finding(finding.code(), false, finding.path(), finding.message()))
                        .toList());
    }

    /** The id of a request without one: the tenant's only namespace and the name as a slug. */
    private String derivedId(Caller caller, Object name) {
        List<Publisher> own = store.call(caller.tenantId(), tx -> publishers.ofTenant(tx, caller.tenantId()));
        if (own.size() != 1 || !(name instanceof String text)) {
            return null;
        }
        String slug = text.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^[-0-9]+|-+$", "");
        return own.get(0).namespace() + "." + slug;
    }

    /**
     * Publishes an artifact.
     *
     * @param staged removed or kept, the caller closes it in any case
     * @param signature base64, or null
     * @param draft whether nobody else shall see it yet
     * @throws PlatformException {@code UNPROCESSABLE} with all findings; {@code FORBIDDEN} for somebody else's namespace;
     *     {@code CONFLICT} when the version has other content
     */
    public Published publish(
            Caller caller, ArtifactStore.Staged staged, String signature, String changelog, boolean draft)
            throws IOException {
        Checked checked = check(caller, verifier.artifact(staged.file()), staged, signature);
        Published published = store.call(caller.tenantId(), tx -> {
            Manifest manifest = checked.manifest();
            Optional<Release> there = catalogue.release(tx, manifest.id(), manifest.version());
            if (there.isPresent() && there.get().sha256() != null) {
                return same(tx, caller, there.get(), staged.sha256(), checked.key(), signature);
            }
            String news = changelog == null ? manifest.changelog() : changelog;
            Release.State state = draft ? Release.State.DRAFT : Release.State.PUBLISHED;
            Release release = release(tx, caller, checked, staged, state, signature, news, there);
            artifacts.keep(tx, staged);
            write(
                    tx,
                    caller,
                    release,
                    checked.publisher(),
                    there.isPresent(),
                    draft ? "extension.drafted" : "extension.published");
            return new Published(release, true);
        });
        artifacts.adopt(staged);
        if (!published.created() && checked.key() != null) {
            // its signature may be another one now; the installations are other tenants': a transaction of its own
            store.run(
                    Store.ALL_TENANTS,
                    tx -> installations.recheck(tx, published.release().extensionId()));
        }
        return published;
    }

    /** The content stays; a good signature takes an older one's place, so that a publisher can change keys. */
    private Published same(
            Transaction tx, Caller caller, Release there, String sha256, PublisherKey key, String signature) {
        if (!there.sha256().equals(sha256)) {
            throw exists(there, "was published with other content; a version's content never changes");
        }
        if (key == null || key.id().equals(there.keyId())) {
            return new Published(there, false);
        }
        Release signed = there.withSignature(signature, key.id());
        catalogue.update(tx, signed);
        Map<String, Object> facts = Trail.facts(signed);
        facts.put("key_id", key.id());
        trail.tell(tx, caller, "extension.signed", there.extensionId(), facts);
        return new Published(signed, false);
    }

    private static PlatformException exists(Release release, String why) {
        return conflict(release, why).withCode("VERSION_EXISTS").withDetail("sha256", release.sha256());
    }

    private static PlatformException wrongState(Release release, String why) {
        return conflict(release, why).withDetail("state", release.state().name().toLowerCase(Locale.ROOT));
    }

    private static PlatformException conflict(Release release, String why) {
        return PlatformException.of(
                        ErrorKind.CONFLICT, "Version " + release.version() + " of " + release.extensionId() + " " + why)
                .withDetail("extension_id", release.extensionId())
                .withDetail("version", release.version());
    }

    private Release release(
            Transaction tx,
            Caller caller,
            Checked checked,
            ArtifactStore.Staged staged,
            Release.State state,
            String signature,
            String changelog,
            Optional<Release> draft) {
        return new Release(
                caller.tenantId(),
                draft.map(Release::id).orElseGet(() -> Ids.next("rel_")),
                checked.manifest().id(),
                checked.manifest().version(),
                state,
                staged == null ? null : staged.sha256(),
                staged == null ? 0 : staged.size(),
                checked.manifest(),
                changelog,
                signature,
                checked.key() == null ? null : checked.key().id(),
                checked.findings(),
                null,
                draft.map(Release::createdBy).orElse(caller.subject()),
                draft.map(Release::createdAt).orElse(tx.now()),
                state == Release.State.PUBLISHED ? tx.now() : null,
                null);
    }

    private void write(
            Transaction tx, Caller caller, Release release, Publisher publisher, boolean there, String action) {
        if (catalogue.find(tx, release.extensionId()).isEmpty()) {
            catalogue.describe(tx, release, publisher.namespace());
        }
        if (there) {
            catalogue.update(tx, release);
        } else {
            catalogue.insert(tx, release);
        }
        catalogue.relist(tx, release.extensionId(), release.state() == Release.State.PUBLISHED);
        trail.tell(tx, caller, action, release.extensionId(), Trail.facts(release));
    }

    private Checked check(
            Caller caller, ArtifactVerifier.Verdict verdict, ArtifactStore.Staged staged, String signature) {
        List<Finding> findings = new ArrayList<>(verdict.findings());
        Manifest manifest = verdict.manifest();
        String id = manifest == null ? null : manifest.id();
        Optional<Publisher> publisher = Optional.empty();
        PublisherKey key = null;
        boolean foreign = false;
        if (id != null && ID.matcher(id).matches()) {
            String namespace = id.substring(0, id.indexOf('.'));
            publisher = store.call(Store.ALL_TENANTS, tx -> publishers.find(tx, namespace));
            foreign = publisher.isPresent() && !publisher.get().tenantId().equals(caller.tenantId());
            if (publisher.isEmpty()) {
                findings.add(new Finding(
                        "NAMESPACE_UNKNOWN",
                        true,
                        "id",
                        "The namespace " + namespace
                                + " is nobody's: take it first, with a publisher of that namespace"));
            } else if (foreign) {
                findings.add(new Finding(
                        "NAMESPACE_FOREIGN", true, "id", "The namespace " + namespace + " belongs to somebody else"));
            } else if (signature != null && staged != null) {
                key = signer(manifest, namespace, staged, signature, findings);
            }
        } else if (manifest != null) {
            findings.add(new Finding("MANIFEST_ID", true, "id", idNeeded(caller)));
        }
        if (manifest != null) {
            Texts.unstorable(manifest.json())
                    .ifPresent(path -> findings.add(new Finding("MANIFEST_VALUE", true, path, "It " + Texts.PROBLEM)));
        }
        if (manifest != null && !Versions.isVersion(manifest.version())) {
            findings.add(new Finding(
                    "MANIFEST_VERSION", true, "version", "The version must be three numbers, such as 1.2.3"));
        }
        if (foreign) {
            throw trail.refused(caller, "extension.publish", id, refusal(ErrorKind.FORBIDDEN, findings));
        }
        if (findings.stream().anyMatch(Finding::error)) {
            throw refusal(ErrorKind.UNPROCESSABLE, findings);
        }
        return new Checked(manifest, publisher.orElseThrow(), key, findings);
    }

    private String idNeeded(Caller caller) {
        List<String> own = store.call(caller.tenantId(), tx -> publishers.ofTenant(tx, caller.tenantId())).stream()
                .map(Publisher::namespace)
                .toList();
        return own.isEmpty()
                ? "The id must be <namespace>.<name>, and the tenant has no namespace: create a publisher first"
                : "The id must be <namespace>.<name>, with a namespace of yours: " + String.join(", ", own);
    }

    private static PlatformException refusal(ErrorKind kind, List<Finding> findings) {
        List<Finding> errors = findings.stream().filter(Finding::error).toList();
        return PlatformException.of(
                        kind,
                        errors.size() == 1
                                ? "The extension was refused: " + errors.get(0).described()
                                : "The extension was refused for " + errors.size() + " reasons")
                .withCode("EXTENSION_REFUSED")
                .withDetail("findings", findings.stream().map(Finding::toMap).toList());
    }

    /** @return the publisher's good key that made the signature, or null with a finding */
    private PublisherKey signer(
            Manifest manifest,
            String namespace,
            ArtifactStore.Staged staged,
            String signature,
            List<Finding> findings) {
        List<PublisherKey> keys = store.call(Store.ALL_TENANTS, tx -> publishers.keys(tx, namespace));
        Optional<PublisherKey> match = keys.stream()
                .filter(key -> made(key, manifest, staged, signature))
                .findFirst();
        if (match.isEmpty()) {
            findings.add(new Finding(
                    "SIGNATURE_INVALID",
                    true,
                    "signature",
                    "The signature was made by none of the publisher's keys for this id, version and content"));
        } else if (match.get().revoked()) {
            findings.add(new Finding(
                    "SIGNATURE_REVOKED",
                    true,
                    "signature",
                    "The key " + match.get().id() + " is revoked"));
        }
        return match.orElse(null);
    }

    private static boolean made(PublisherKey key, Manifest manifest, ArtifactStore.Staged staged, String signature) {
        try {
            return Signatures.verify(
                    Signatures.publicKey(key.publicKey()),
                    manifest.id(),
                    manifest.version(),
                    staged.sha256(),
                    signature);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("The key " + key.id() + " was accepted and is none", e);
        }
    }

    /** Lets everybody see a draft that has an artifact. */
    public Release release(Caller caller, String extensionId, String version) {
        return change(caller, extensionId, version, (tx, release) -> {
            if (release.state() == Release.State.PUBLISHED) {
                return release;
            }
            if (release.state() == Release.State.YANKED) {
                throw wrongState(release, "was yanked and stays so");
            }
            if (release.sha256() == null) {
                throw wrongState(release, "has no artifact yet");
            }
            Release published = release.withState(Release.State.PUBLISHED, tx.now(), null);
            catalogue.update(tx, published);
            catalogue.relist(tx, extensionId, true);
            trail.tell(tx, caller, "extension.published", extensionId, Trail.facts(published));
            return published;
        });
    }

    /** Takes a published version out of the catalogue; who runs it keeps it, nobody new gets it. */
    public Release yank(Caller caller, String extensionId, String version, String reason) {
        String why = requireText("reason", reason);
        return change(caller, extensionId, version, (tx, release) -> {
            if (release.state() == Release.State.YANKED) {
                return release;
            }
            if (release.state() == Release.State.DRAFT) {
                throw wrongState(release, "is a draft, which nobody can install");
            }
            Release yanked = release.withState(Release.State.YANKED, tx.now(), why);
            catalogue.update(tx, yanked);
            catalogue.relist(tx, extensionId, false);
            Map<String, Object> facts = Trail.facts(yanked);
            facts.put("reason", why);
            trail.tell(tx, caller, "extension.yanked", extensionId, facts);
            return yanked;
        });
    }

    /** Warns of versions of an extension. @param affected a version range */
    public Advisory advise(Caller caller, String extensionId, String affected, String severity, String summary) {
        if (Versions.range(affected).isEmpty()) {
            throw PlatformException.invalid("affected", "must be a version range, such as [1.0,1.2.3)");
        }
        if (severity == null || !SEVERITIES.contains(severity)) {
            throw PlatformException.invalid("severity", "must be low, medium, high or critical");
        }
        String text = requireText("summary", summary);
        requireOwner(caller, extensionId);
        return store.call(caller.tenantId(), tx -> {
            Advisory advisory = new Advisory(
                    caller.tenantId(),
                    Ids.next("adv_"),
                    extensionId,
                    affected,
                    severity,
                    text,
                    caller.subject(),
                    tx.now());
            catalogue.insert(tx, advisory);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("extension_id", extensionId);
            facts.put("affected", affected);
            facts.put("severity", severity);
            facts.put("summary", text);
            trail.tell(tx, caller, "extension.advised", advisory.id(), facts);
            return advisory;
        });
    }

    /** Takes a warning back that its publisher gave; those of operators stay. */
    public Advisory withdrawAdvisory(Caller caller, String extensionId, String id) {
        requireOwner(caller, extensionId);
        return store.call(caller.tenantId(), tx -> {
            Advisory advisory = catalogue.advisories(tx, extensionId).stream()
                    .filter(one -> one.id().equals(id) && !one.blocks())
                    .findFirst()
                    .flatMap(one -> catalogue.removeAdvisory(tx, one.id()))
                    .orElseThrow(() -> PlatformException.notFound("Advisory", id));
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("extension_id", extensionId);
            facts.put("affected", advisory.affected());
            trail.tell(tx, caller, "extension.advisory_withdrawn", id, facts);
            return advisory;
        });
    }

    private static String requireText(String field, String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_TEXT) {
            throw PlatformException.invalid(field, "must have 1 to " + LONGEST_TEXT + " characters");
        }
        return text.strip();
    }

    private interface Change {
        Release apply(Transaction tx, Release release);
    }

    private Release change(Caller caller, String extensionId, String version, Change change) {
        requireOwner(caller, extensionId);
        return store.call(
                caller.tenantId(),
                tx -> change.apply(
                        tx,
                        catalogue
                                .release(tx, extensionId, version)
                                .orElseThrow(() -> PlatformException.notFound("Version", version))));
    }

    /** Others learn no more than the catalogue shows them. */
    private void requireOwner(Caller caller, String extensionId) {
        Extension extension = store.call(Store.ALL_TENANTS, tx -> catalogue.find(tx, extensionId))
                .filter(found -> found.listed() || found.tenantId().equals(caller.tenantId()))
                .orElseThrow(() -> PlatformException.notFound("Extension", extensionId));
        if (!extension.tenantId().equals(caller.tenantId())) {
            throw PlatformException.of(
                    ErrorKind.FORBIDDEN, "The extension " + extensionId + " belongs to somebody else");
        }
    }
}
