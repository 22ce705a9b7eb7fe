package org.platformforge.kernel.security.token;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.clock.PlatformClock;
import org.platformforge.kernel.security.config.SecuritySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform's signing keys. There is always a next key, published long before it signs, so a verifier that caches
 * the JWKS meets no unknown {@code kid}. All nodes read the same rows; two that add a key at once end with one.
 * Thread-safe.
 */
@Component(service = SigningKeys.class)
public final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final Duration LONGEST_CACHE = Duration.ofHours(24);
    private static final long RELOAD_EVERY_MILLIS = 250;
    private static final long PATIENCE_MILLIS = 1_000;

    private final Store store;
    private final SecuritySettings settings;
    private final PlatformClock clock;
    private final SigningKeyTable table;
    private final AuditLog audit;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock reloading = new ReentrantLock();
    private volatile KeyRing ring = KeyRing.of(List.of());
    private long reloadedForUnknown;

    @Activate
    public SigningKeys(
            @Reference Store store,
            @Reference Secrets secrets,
            @Reference SecuritySettings settings,
            @Reference PlatformClock clock,
            @Reference AuditLog audit) {
        this.store = store;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
        this.table = new SigningKeyTable(secrets, "postgresql".equals(store.databaseKind()));
    }

    /**
     * The key new tokens are signed with.
     *
     * @throws PlatformException {@code UNAVAILABLE} while the keys cannot be read or opened
     */
    SigningKey signing() {
        if (ring.keys().isEmpty()) {
            refresh();
        }
        return ring.signing(clock.now())
                .filter(SigningKey::canSign)
                .orElseThrow(() -> PlatformException.of(ErrorKind.UNAVAILABLE, "Tokens cannot be issued now"));
    }

    /** The key that wrote this header. One not known yet may be another node's newest: then the rows are read again. */
    Optional<SigningKey> verifying(String header) {
        Optional<SigningKey> known = ring.verifying(header, clock.now(), keep());
        if (known.isPresent()) {
            return known;
        }
        reloadForUnknown();
        return ring.verifying(header, clock.now(), keep());
    }

    List<SigningKey> published() {
        if (ring.keys().isEmpty()) {
            refresh();
        }
        return ring.published(clock.now(), keep());
    }

    /** What a published key is for: {@code NEXT} signs later, {@code FORMER} only verifies. */
    public enum State {
        FORMER,
        SIGNING,
        NEXT
    }

    /**
     * One published key.
     *
     * @param verifiesUntil when its tokens are no longer accepted, null while no successor has begun
     */
    public record Published(String kid, State state, Instant signsFrom, Instant verifiesUntil) {}

    /** The keys in the JWKS, oldest first. */
    public List<Published> list() {
        refresh();
        KeyRing current = ring;
        Instant now = clock.now();
        int signing = current.signing(now).map(SigningKey::serial).orElse(0);
        return current.published(now, keep()).stream()
                .map(key -> describe(current, key, signing))
                .toList();
    }

    private Published describe(KeyRing current, SigningKey key, int signing) {
        if (key.serial() < signing) {
            return new Published(key.kid(), State.FORMER, key.signsFrom(), current.verifiesUntil(key, keep()));
        }
        State state = key.serial() == signing ? State.SIGNING : State.NEXT;
        return new Published(key.kid(), state, key.signsFrom(), null);
    }

    /**
     * Makes the next key current, and publishes another next one.
     *
     * @param operator whose doing it is, for the audit log; null for the platform itself
     */
    public void rotate(Caller operator) {
        store.run(Store.ALL_TENANTS, tx -> {
            KeyRing current = prepared(tx);
            Optional<SigningKey> next = current.next(tx.now());
            if (next.isPresent()
                    && add(
                            tx,
                            current.lastSerial() + 1,
                            tx.now().plus(settings.current().keyRotation()))) {
                table.signFrom(tx, next.get().serial(), tx.now());
                if (operator != null) {
                    audit.append(
                            tx,
                            AuditRecord.success(
                                    operator, "signing_key.rotate", next.get().kid(), Map.of()));
                }
            }
        });
        refresh();
        LOG.info("A new signing key is current");
    }

    /** Why tokens cannot be signed; empty when they can. */
    public Optional<String> problem() {
        Optional<SigningKey> key = ring.signing(clock.now());
        if (key.isEmpty()) {
            return Optional.of("No signing key is there yet");
        }
        return key.get().canSign()
                ? Optional.empty()
                : Optional.of("The signing keys in the database were sealed with another secret key:"
                        + " give every node the same FORGE_SECRET_KEY");
    }

    /** Reads the rows again and, when time has come, adds or removes a key. */
    public void refresh() {
        reloading.lock(); // what was read later must not be replaced by what was read earlier
        try {
            ring = store.call(Store.ALL_TENANTS, tx -> {
                clock.sync(tx.now()); // or a key that begins now would not have begun here
                return prepared(tx);
            });
        } finally {
            reloading.unlock();
        }
    }

    /** Seldom, however many made-up headers come; requests wait for a reading that is under way. */
    private void reloadForUnknown() {
        KeyRing seen = ring;
        try {
            if (!reloading.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            long now = clock.millis();
            if (ring == seen && (ring.keys().isEmpty() || now - reloadedForUnknown >= RELOAD_EVERY_MILLIS)) {
                reloadedForUnknown = now;
                refresh();
            }
        } finally {
            reloading.unlock();
        }
    }

    private KeyRing prepared(Transaction tx) throws SQLException {
        KeyRing current = KeyRing.of(table.read(tx));
        return maintained(tx, current) ? KeyRing.of(table.read(tx)) : current;
    }

    /** @return whether the rows are others now, through this node or one that was faster */
    private boolean maintained(Transaction tx, KeyRing current) throws SQLException {
        Duration rotation = settings.current().keyRotation();
        Optional<SigningKey> signing = current.signing(tx.now());
        Optional<SigningKey> next = current.next(tx.now());
        boolean changed;
        if (signing.isEmpty()) {
            add(tx, 1, tx.now());
            add(tx, 2, tx.now().plus(rotation));
            changed = true;
        } else if (next.isEmpty()) {
            add(tx, current.lastSerial() + 1, tx.now().plus(rotation));
            changed = true;
        } else {
            changed = broughtForward(tx, signing.get(), next.get(), rotation);
        }
        for (SigningKey expired : current.expired(tx.now(), keep())) {
            table.delete(tx, expired.serial());
            changed = true;
        }
        return changed;
    }

    /** A shorter rotation applies to the key that is current already. */
    private boolean broughtForward(Transaction tx, SigningKey signing, SigningKey next, Duration rotation)
            throws SQLException {
        Instant due = signing.signsFrom().plus(rotation);
        if (!next.signsFrom().isAfter(due)) {
            return false;
        }
        table.signFrom(tx, next.serial(), due.isBefore(tx.now()) ? tx.now() : due);
        return true;
    }

    private boolean add(Transaction tx, int serial, Instant signsFrom) throws SQLException {
        return table.add(tx, serial, signsFrom, new Ed25519PrivateKeyParameters(random));
    }

    /** How long a replaced key verifies: its last token's life, and a day for whoever caches the JWKS. */
    private Duration keep() {
        return settings.current().tokenLifetime().plus(LONGEST_CACHE);
    }
}
