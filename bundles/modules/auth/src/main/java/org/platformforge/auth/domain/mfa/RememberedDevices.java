package org.platformforge.auth.domain.mfa;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.AuthConfig;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.store.DeviceRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Devices that were remembered when a code was shown on them, and stand in for one at the next sign-ins; never for more: what
 * asks for a second factor, or for a fresh proof, asks for a code. A device is known by 256 random bits, kept as a keyed
 * digest, and is good for its user only. Thread-safe.
 */
@Component(service = RememberedDevices.class, configurationPid = AuthConfig.PID)
public class RememberedDevices {
    /** Among a session's methods ({@code amr}): the code was shown at an earlier sign-in. */
    public static final String METHOD = "device";

    /** Of one user; one more takes the place of the one that was used longest ago. */
    static final int MOST = 10;

    private static final Pattern TOKEN = Pattern.compile("pfd_[A-Za-z0-9_-]{43}");
    private static final String PURPOSE = "auth.device";
    private static final int BYTES = 32;

    private final Secrets secrets;
    private final AuditLog audit;
    private final FactorGuard guard;
    private final SecureRandom random = new SecureRandom();
    private volatile Duration lifetime;

    /** What the device keeps, shown once. */
    public record Remembered(String token, Duration lifetime) {
        @Override
        public String toString() {
            return "Remembered[" + lifetime + "]";
        }
    }

    @Activate
    public RememberedDevices(
            @Reference Secrets secrets, @Reference AuditLog audit, @Reference FactorGuard guard, AuthConfig config) {
        this.secrets = secrets;
        this.audit = audit;
        this.guard = guard;
        modified(config);
    }

    @Modified
    public final void modified(AuthConfig config) {
        lifetime = Duration.ofDays(Math.max(0, config.mfa_remember_days()));
    }

    /** Whether a device may stand in for a code of the user: not where a second factor is required of everybody. */
    private boolean isOn(User user) {
        return !lifetime.isZero() && !guard.isRequired(user);
    }

    /**
     * The device of a token, if it is this user's and still good.
     *
     * @param token what the client sent, null for nothing
     */
    public Optional<Device> recognise(Transaction tx, User user, String token) {
        if (token == null || !TOKEN.matcher(token).matches() || !isOn(user)) {
            return Optional.empty();
        }
        Instant now = tx.now();
        return DeviceRepository.find(tx, user.tenantId(), user.id(), digest(token))
                .filter(device -> now.isBefore(device.expiresAt()))
                // the time may have been shortened since
                .filter(device -> now.isBefore(device.createdAt().plus(lifetime)));
    }

    /** Says that a session began with the device. */
    public void used(Transaction tx, Device device, String sessionId) {
        DeviceRepository.use(tx, device, sessionId);
    }

    /**
     * Remembers the device that a code was shown on.
     *
     * @return empty where devices are not remembered
     */
    public Optional<Remembered> remember(Transaction tx, Caller actor, User user, String sessionId) {
        if (!isOn(user)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = "pfd_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = tx.now();
        Device device = new Device(
                Ids.next("dev_"),
                user.tenantId(),
                user.id(),
                sessionId,
                actor.remoteAddress(),
                actor.userAgent(),
                now,
                now,
                now.plus(lifetime));
        DeviceRepository.of(tx, user.tenantId(), user.id()).stream()
                .skip(MOST - 1L)
                .forEach(old -> DeviceRepository.remove(tx, old.tenantId(), old.userId(), old.id()));
        DeviceRepository.insert(tx, device, digest(token));
        audit.append(
                tx, AuditRecord.success(actor, "mfa.device_remembered", user.id(), Map.of("device_id", device.id())));
        return Optional.of(new Remembered(token, lifetime));
    }

    /** The devices of a user that are good now, the one used last first. */
    public List<Device> list(Transaction tx, String tenantId, String userId) {
        Instant now = tx.now();
        return lifetime.isZero()
                ? List.of()
                : DeviceRepository.of(tx, tenantId, userId).stream()
                        .filter(device -> now.isBefore(device.expiresAt()))
                        .toList();
    }

    /** @return whether it was the actor's own and is forgotten now */
    public boolean forget(Transaction tx, Caller actor, String id) {
        boolean forgotten = DeviceRepository.remove(tx, actor.tenantId(), actor.subject(), id);
        if (forgotten) {
            forgotten(tx, actor, actor.subject(), 1);
        }
        return forgotten;
    }

    /** Forgets the device that a session of the user began with, or was remembered in. */
    public void forgetOf(Transaction tx, Caller actor, String userId, String sessionId) {
        forgotten(tx, actor, userId, DeviceRepository.removeOf(tx, actor.tenantId(), userId, sessionId));
    }

    /** Forgets all devices of a user of the actor's tenant. */
    public void forgetAll(Transaction tx, Caller actor, String userId) {
        forgotten(tx, actor, userId, DeviceRepository.removeAll(tx, actor.tenantId(), userId));
    }

    private void forgotten(Transaction tx, Caller actor, String userId, int devices) {
        if (devices > 0) {
            audit.append(tx, AuditRecord.success(actor, "mfa.devices_forgotten", userId, Map.of("devices", devices)));
        }
    }

    private String digest(String token) {
        byte[] mac = secrets.mac(PURPOSE, token.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }
}
