package org.platformforge.marketplace.domain;

import java.net.URI;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.verifier.Signatures;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.InstallationTable;
import org.platformforge.marketplace.store.PublisherRepository;

/** Namespaces, the keys that sign in their name, and the operators' trust in them. Thread-safe. */
@Component(service = PublisherService.class)
public final class PublisherService {
    private static final int MOST_KEYS = 10;
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_URL = 512;

    private final Store store;
    private final PublisherRepository publishers;
    private final InstallationTable installations;
    private final MarketplaceSettings settings;
    private final Trail trail;

    @Activate
    public PublisherService(
            @Reference Store store,
            @Reference PublisherRepository publishers,
            @Reference InstallationTable installations,
            @Reference MarketplaceSettings settings,
            @Reference Trail trail) {
        this.store = store;
        this.publishers = publishers;
        this.installations = installations;
        this.settings = settings;
        this.trail = trail;
    }

    /**
     * Takes a namespace for the caller's tenant.
     *
     * @throws PlatformException {@code VALIDATION} for a name that cannot be one; {@code CONFLICT} when it is taken, or
     *     looks like one that is
     */
    public Publisher create(Caller caller, String namespace, String name, String homepage) {
        validate(namespace, name, homepage);
        String similar = store.call(Store.ALL_TENANTS, tx -> similar(tx, caller.tenantId(), namespace));
        return store.call(caller.tenantId(), tx -> {
            int own = publishers.ofTenant(tx, caller.tenantId()).size();
            if (own >= settings.maxPublishers()) {
                throw PlatformException.of(
                                ErrorKind.CONFLICT,
                                "The tenant has " + own + " publishers and may have " + settings.maxPublishers())
                        .withCode("QUOTA_EXCEEDED");
            }
            Publisher publisher = new Publisher(
                    caller.tenantId(),
                    namespace,
                    name.strip(),
                    homepage,
                    similar,
                    false,
                    null,
                    null,
                    caller.subject(),
                    tx.now());
            publishers.insert(tx, publisher, NamespaceRules.skeleton(namespace));
            trail.tell(tx, caller, "publisher.created", namespace, facts(publisher));
            return publisher;
        });
    }

    private static void validate(String namespace, String name, String homepage) {
        List<FieldError> errors = new ArrayList<>();
        NamespaceRules.problem(namespace == null ? "" : namespace)
                .ifPresent(problem -> errors.add(new FieldError("namespace", problem)));
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            errors.add(new FieldError("name", "must have 1 to " + LONGEST_NAME + " characters"));
        }
        if (homepage != null && !isWebAddress(homepage)) {
            errors.add(new FieldError("homepage", "must be an http or https address"));
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid("Invalid request", errors);
        }
    }

    private static boolean isWebAddress(String text) {
        try {
            URI uri = URI.create(text);
            return text.length() <= LONGEST_URL
                    && uri.getHost() != null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** @return a name close by that is no reason to refuse, or null */
    private String similar(Transaction tx, String tenantId, String namespace) {
        Optional<Publisher> same = publishers.find(tx, namespace);
        if (same.isPresent()) {
            throw taken("The namespace " + namespace + " is taken", namespace);
        }
        Optional<String> alike = publishers.withSkeleton(tx, NamespaceRules.skeleton(namespace));
        if (alike.isPresent()) {
            throw taken("The namespace looks like " + alike.get() + ", which is taken", alike.get());
        }
        List<String> others = new ArrayList<>(publishers.namespaces(tx));
        publishers.ofTenant(tx, tenantId).forEach(own -> others.remove(own.namespace()));
        others.addAll(NamespaceRules.reserved());
        Optional<String> neighbour = NamespaceRules.neighbour(namespace, others);
        if (neighbour.isPresent() && NamespaceRules.refuses(namespace)) {
            throw taken("The namespace differs from " + neighbour.get() + " by one character only", neighbour.get());
        }
        return neighbour.orElse(null);
    }

    private static PlatformException taken(String message, String other) {
        return PlatformException.of(ErrorKind.CONFLICT, message).withDetail("similar_to", other);
    }

    /** The tenant's own, oldest first. */
    public List<Publisher> own(Caller caller) {
        return store.call(caller.tenantId(), tx -> publishers.ofTenant(tx, caller.tenantId()));
    }

    /** Anybody's: who publishes is public. */
    public Publisher get(String namespace) {
        return store.call(Store.ALL_TENANTS, tx -> publishers.find(tx, namespace))
                .orElseThrow(() -> PlatformException.notFound("Publisher", namespace));
    }

    /** Oldest first, revoked ones too. */
    public List<PublisherKey> keys(String namespace) {
        get(namespace);
        return store.call(Store.ALL_TENANTS, tx -> publishers.keys(tx, namespace));
    }

    /** @throws PlatformException {@code FORBIDDEN} for somebody else's namespace; {@code CONFLICT} for a known key */
    public PublisherKey addKey(Caller caller, String namespace, String name, String pem) {
        Publisher publisher = requireOwn(caller, namespace, "publisher.key_added");
        if (name != null && name.length() > LONGEST_NAME) {
            throw PlatformException.invalid("name", "must have at most " + LONGEST_NAME + " characters");
        }
        PublicKey parsed = publicKey(pem);
        String fingerprint = fingerprint(parsed);
        if (store.call(Store.ALL_TENANTS, tx -> publishers.known(tx, fingerprint))) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The key is registered already, or was and is revoked");
        }
        return store.call(caller.tenantId(), tx -> {
            long good = publishers.keys(tx, namespace).stream()
                    .filter(key -> !key.revoked())
                    .count();
            if (good >= MOST_KEYS) {
                throw PlatformException.of(ErrorKind.CONFLICT, "The publisher has " + good + " keys; revoke one first");
            }
            PublisherKey key = new PublisherKey(
                    publisher.tenantId(),
                    Ids.next("pkey_"),
                    namespace,
                    name == null ? "" : name.strip(),
                    Signatures.pem(parsed),
                    fingerprint,
                    caller.subject(),
                    tx.now(),
                    null,
                    null);
            publishers.insert(tx, key);
            trail.tell(tx, caller, "publisher.key_added", key.id(), facts(key));
            return key;
        });
    }

    private static PublicKey publicKey(String pem) {
        try {
            return Signatures.publicKey(pem == null ? "" : pem);
        } catch (InvalidKeyException e) {
            throw PlatformException.invalid(
                    "public_key",
                    "must be an Ed25519 public key in PEM (-----BEGIN PUBLIC KEY-----): " + e.getMessage());
        }
    }

    private static String fingerprint(PublicKey key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    /** What the key signed is no longer installed or upgraded to; what runs is warned of, or stopped, see {@link Standing}. */
    public PublisherKey revokeKey(Caller caller, String namespace, String id) {
        requireOwn(caller, namespace, "publisher.key_revoked");
        PublisherKey done = store.call(caller.tenantId(), tx -> {
            publishers
                    .key(tx, id)
                    .filter(key -> key.namespace().equals(namespace))
                    .orElseThrow(() -> PlatformException.notFound("Key", id));
            PublisherKey revoked = publishers.revoke(tx, id, caller.subject());
            trail.tell(tx, caller, "publisher.key_revoked", id, facts(revoked));
            return revoked;
        });
        recheck(namespace);
        return done;
    }

    /** An operator's word that what this publisher signs may run inside the platform. */
    public Publisher trust(Caller operator, String namespace, boolean trusted) {
        Publisher known = get(namespace);
        Publisher done = store.call(known.tenantId(), tx -> {
            Publisher changed = publishers
                    .trust(tx, namespace, trusted ? operator.subject() : null)
                    .orElseThrow(() -> PlatformException.notFound("Publisher", namespace));
            trail.tell(tx, operator, trusted ? "publisher.trusted" : "publisher.distrusted", namespace, facts(changed));
            return changed;
        });
        recheck(namespace);
        return done;
    }

    /** The installations are other tenants': a transaction of its own. Asking for the same once more makes up for a crash. */
    private void recheck(String namespace) {
        store.run(Store.ALL_TENANTS, tx -> installations.recheck(tx, namespace + ".%"));
    }

    Publisher requireOwn(Caller caller, String namespace, String action) {
        Publisher publisher = get(namespace);
        if (!publisher.tenantId().equals(caller.tenantId())) {
            throw trail.refused(
                    caller,
                    action,
                    namespace,
                    PlatformException.of(
                            ErrorKind.FORBIDDEN, "The namespace " + namespace + " belongs to somebody else"));
        }
        return publisher;
    }

    private static Map<String, Object> facts(Publisher publisher) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("namespace", publisher.namespace());
        facts.put("trusted", publisher.trusted());
        return facts;
    }

    private static Map<String, Object> facts(PublisherKey key) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("namespace", key.namespace());
        facts.put("key_id", key.id());
        facts.put("fingerprint", key.fingerprint());
        return facts;
    }
}
