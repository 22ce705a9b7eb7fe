package org.platformforge.auth.domain;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.AttemptRepository;
import org.platformforge.auth.store.AttemptRepository.Attempts;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Slows the guessing of passwords down. Wrong ones are counted by account and address together, by account, and by
 * address; each count has some for free and then a wait that doubles. It works on what was typed, so it does not tell
 * whether the account exists, and while it lasts no password is looked at.
 *
 * <p>Nobody locks somebody else out: a user who has signed in from an address before is held to the count of the two
 * together only, and the waits of an account alone are short. Tries that are under way at the same moment are checked
 * against the counts of before; the threads that hash passwords, and their queue, bound how many these are.
 */
@Component(service = Lockout.class, configurationPid = AuthConfig.PID)
public class Lockout {
    private static final String PURPOSE = "auth.attempt";
    /** Without a failure for this long, the count begins anew. */
    static final Duration MEMORY = Duration.ofHours(24);

    private static final int NETWORK_BYTES = 8;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    /** Of an account alone, which strangers can bring about. */
    private static final Duration LONGEST_OF_ACCOUNT = Duration.ofSeconds(30);

    private final Store store;
    private final Secrets secrets;
    private final boolean postgresql;
    private volatile Limits limits;

    private record Limits(int both, int account, int address, Duration longest) {}

    /** One count: what it is kept under, how many failures are free, and the longest wait. */
    private record Count(String id, int free, Duration longest) {}

    @Activate
    public Lockout(@Reference Store store, @Reference Secrets secrets, AuthConfig config) {
        this.store = store;
        this.secrets = secrets;
        this.postgresql = "postgresql".equals(store.databaseKind());
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        limits = new Limits(
                Math.max(1, config.lockout_free()),
                Math.max(1, config.lockout_account_free()),
                Math.max(1, config.lockout_address_free()),
                Duration.ofSeconds(Math.max(1, config.lockout_wait_seconds())));
    }

    /**
     * Whether a password for the address may be looked at now.
     *
     * @param found whose account it is, empty for none
     * @return whether there were failures that {@link #passed} would have to forget
     * @throws PlatformException {@code RATE_LIMITED} with the wait, in the same words for every reason
     */
    boolean admit(Transaction tx, Caller request, String email, Optional<User> found) throws SQLException {
        Attempts both = AttemptRepository.find(tx, both(request, email).id());
        refuseWhile(both, tx.now());
        for (Count count : List.of(account(email), address(request))) {
            Attempts attempts = AttemptRepository.find(tx, count.id());
            if (tx.now().isBefore(attempts.refusedUntil()) && !isKnown(tx, request, found)) {
                refuseWhile(attempts, tx.now());
            }
        }
        return both.failures() > 0;
    }

    private static boolean isKnown(Transaction tx, Caller request, Optional<User> found) {
        return request.remoteAddress() != null
                && found.filter(user ->
                                SessionRepository.signedInFrom(tx, user.tenantId(), user.id(), request.remoteAddress()))
                        .isPresent();
    }

    private static void refuseWhile(Attempts attempts, Instant now) {
        if (now.isBefore(attempts.refusedUntil())) {
            throw PlatformException.of(ErrorKind.RATE_LIMITED, "Too many failed sign-ins; try again later")
                    .withRetryAfter(Duration.between(now, attempts.refusedUntil()));
        }
    }

    /** Counts a wrong password, for accounts that exist and others alike. */
    void failed(Caller request, String email) {
        store.run(Store.ALL_TENANTS, tx -> {
            // always in this order, so that two transactions cannot wait for each other
            for (Count count : List.of(address(request), account(email), both(request, email))) {
                int failures = AttemptRepository.fail(
                        tx, postgresql, count.id(), tx.now().minus(MEMORY));
                if (failures >= count.free()) {
                    AttemptRepository.refuseUntil(
                            tx, count.id(), tx.now().plus(wait(failures - count.free(), count.longest())));
                }
            }
        });
    }

    /** Forgets the failures of the account from this address; those that others made elsewhere stay. */
    void passed(Transaction tx, Caller request, String email) throws SQLException {
        AttemptRepository.forget(tx, both(request, email).id());
    }

    static Duration wait(int beyond, Duration longest) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(beyond, 20));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }

    private Count both(Caller request, String email) {
        return new Count(id("both", email + '|' + network(request.remoteAddress())), limits.both(), limits.longest());
    }

    private Count account(String email) {
        return new Count(id("account", email), limits.account(), LONGEST_OF_ACCOUNT);
    }

    private Count address(Caller request) {
        return new Count(id("address", network(request.remoteAddress())), limits.address(), limits.longest());
    }

    /** An IPv6 client has a whole /64 to itself, as for the rate limits. */
    static String network(String address) {
        if (address == null || address.indexOf(':') < 0) {
            return String.valueOf(address);
        }
        try {
            // holds a colon: parsed, never looked up
            InetAddress parsed = InetAddress.getByName(address.replaceAll("%.*|[\\[\\]]", ""));
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(parsed.getAddress(), 0, NETWORK_BYTES)
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private String id(String kind, String what) {
        byte[] digest = secrets.mac(PURPOSE, (kind + '|' + what).getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
