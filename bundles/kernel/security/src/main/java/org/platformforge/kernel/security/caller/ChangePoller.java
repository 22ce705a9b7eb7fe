package org.platformforge.kernel.security.caller;

import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.security.account.Suspensions;
import org.platformforge.kernel.security.clock.Housekeeper;
import org.platformforge.kernel.security.clock.PlatformClock;
import org.platformforge.kernel.security.key.KeyCache;
import org.platformforge.kernel.security.token.RevokedSessions;
import org.platformforge.kernel.security.token.SigningKeys;

/**
 * Brings what other nodes changed to this one, within a second: the time, revoked sessions and keys; less often the
 * signing keys, which are published long before they sign.
 */
@Component(service = ChangePoller.class)
public final class ChangePoller {
    private static final Duration POLL = Duration.ofMillis(750);
    private static final Duration SIGNING_KEYS = Duration.ofSeconds(5);
    private static final Duration USES = Duration.ofSeconds(15);
    private static final Duration CLEAN = Duration.ofMinutes(10);
    private static final Duration STALE = Duration.ofSeconds(10);

    private final Store store;
    private final PlatformClock clock;
    private final RevokedSessions sessions;
    private final KeyCache keys;
    private final Suspensions suspensions;
    private final AutoCloseable[] tasks;
    private volatile long polledAtNanos = System.nanoTime();

    @Activate
    public ChangePoller(
            @Reference Store store,
            @Reference PlatformClock clock,
            @Reference RevokedSessions sessions,
            @Reference SigningKeys signingKeys,
            @Reference KeyCache keys,
            @Reference Suspensions suspensions,
            @Reference Housekeeper housekeeper) {
        this.store = store;
        this.clock = clock;
        this.sessions = sessions;
        this.keys = keys;
        this.suspensions = suspensions;
        this.tasks = new AutoCloseable[] {
            housekeeper.every(POLL, "Looking for revoked credentials", this::poll),
            housekeeper.every(SIGNING_KEYS, "Reading the signing keys", signingKeys::refresh),
            housekeeper.every(USES, "Writing when API keys were used", keys::flushUses),
            housekeeper.every(CLEAN, "Removing expired session revocations", sessions::clean),
            housekeeper.every(CLEAN, "Removing suspensions that were lifted", suspensions::clean)
        };
    }

    @Deactivate
    void close() throws Exception {
        for (AutoCloseable task : tasks) {
            task.close();
        }
    }

    void poll() {
        store.run(Store.ALL_TENANTS, tx -> {
            clock.sync(tx.now());
            sessions.poll(tx);
            keys.poll(tx);
            suspensions.poll(tx);
        });
        polledAtNanos = System.nanoTime();
    }

    /** Why revocations of other nodes may be unknown here; empty when they are known. */
    Optional<String> problem() {
        long age = System.nanoTime() - polledAtNanos;
        return age > STALE.toNanos()
                ? Optional.of("Revoked credentials were last looked for " + age / 1_000_000_000 + " s ago")
                : Optional.empty();
    }
}
