package org.platformforge.kernel.security.console;

import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.PasswordAuthenticator;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.security.account.Suspensions;
import org.platformforge.kernel.security.caller.Identity;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.config.DataFolder;
import org.platformforge.kernel.security.permission.Grant;
import org.platformforge.kernel.security.permission.RolePermissions;

/**
 * Karaf's realm {@code karaf}, in place of the one with a user file: operators by e-mail and password, and the local
 * user by the key in the data folder. Password attempts count towards the rate limit {@code auth} and to the waits after wrong
 * ones; logins and refusals are in the audit log.
 */
@Component(service = JaasRealm.class)
public final class ConsoleRealm implements JaasRealm, ConsoleUsers {
    static final String USERS = "org.platformforge.console.users";
    private static final String NAME = "karaf";
    private static final String PASSWORD = "password";
    private static final String PUBLIC_KEY = "public_key";
    /** Karaf's own realm of this name has rank 0. */
    private static final int RANK = 100;

    private static final List<String> LIMITS = List.of("auth");

    private final String bundleId;
    private final RateLimiter limiter;
    private final LocalKeys localKeys;
    private final OpenShells shells;
    private final ConsoleTrail trail;
    private final SeenClients seen = new SeenClients();
    private final Map<String, String> userIds = new ConcurrentHashMap<>();
    private volatile PasswordAuthenticator passwords;

    @Activate
    public ConsoleRealm(
            BundleContext context,
            @Reference DataFolder data,
            @Reference RateLimiter limiter,
            @Reference Suspensions suspensions,
            @Reference ConsoleTrail trail) {
        this(
                Long.toString(context.getBundle().getBundleId()),
                data,
                limiter,
                new OpenShells((user, action) -> suspensions.watch(Tenants.PLATFORM, user, action)),
                trail);
    }

    ConsoleRealm(String bundleId, DataFolder data, RateLimiter limiter, OpenShells shells, ConsoleTrail trail) {
        this.bundleId = bundleId;
        this.limiter = limiter;
        this.shells = shells;
        this.trail = trail;
        this.localKeys = new LocalKeys(data.resolve("shell").resolve("authorized_key.pub"));
    }

    /** The newest: while a module is swapped, the successor is bound before the former is unbound. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPasswords(PasswordAuthenticator authenticator) {
        passwords = authenticator;
    }

    void unbindPasswords(PasswordAuthenticator authenticator) {
        if (passwords == authenticator) {
            passwords = null;
        }
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    @Override
    public AppConfigurationEntry[] getEntries() {
        return new AppConfigurationEntry[] {entry(KeyLoginModule.class), entry(PasswordLoginModule.class)};
    }

    private AppConfigurationEntry entry(Class<?> module) {
        Map<String, Object> options = new HashMap<>();
        options.put(ProxyLoginModule.PROPERTY_MODULE, module.getName());
        options.put(ProxyLoginModule.PROPERTY_BUNDLE, bundleId);
        options.put(USERS, this);
        return new AppConfigurationEntry(ProxyLoginModule.class.getName(), LoginModuleControlFlag.SUFFICIENT, options);
    }

    @Override
    public boolean admits(String user, char[] password, String client) {
        RequestCaller nobody = caller(Identity.ANONYMOUS, client);
        RateLimiter.Decision decision = limiter.acquire(Dialect.PLATFORM_FORGE, LIMITS, nobody, nobody.remoteAddress());
        if (decision != null && !decision.allowed()) {
            return false; // as over HTTP, without a record: the attempts before have theirs
        }
        try {
            PasswordAuthenticator.Principal operator = operator(nobody, user, password);
            userIds.put(user, operator.userId());
        } catch (PlatformException e) {
            trail.refused(nobody, user, PASSWORD, e.getMessage());
            return false;
        }
        trail.admitted(operator(user, client), PASSWORD);
        return true;
    }

    /** @throws PlatformException saying for the audit log why it is none; the client is told nothing */
    private PasswordAuthenticator.Principal operator(Caller nobody, String user, char[] password) {
        PasswordAuthenticator current = passwords;
        if (current == null) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Passwords cannot be checked now");
        }
        PasswordAuthenticator.Principal known = current.authenticate(nobody, user, password)
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.UNAUTHENTICATED, "The e-mail address, the password or the code is wrong"));
        if (!Tenants.PLATFORM.equals(known.tenantId()) || !known.roles().contains(RolePermissions.OPERATOR)) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "Not an operator of the platform");
        }
        return known;
    }

    private static RequestCaller operator(String user, String client) {
        Identity identity = new Identity(
                Caller.Scheme.SYSTEM,
                Tenants.PLATFORM,
                user,
                Optional.empty(),
                Set.of(RolePermissions.OPERATOR),
                Optional.empty(),
                Optional.empty(),
                Grant.NONE);
        return caller(identity, client);
    }

    private static RequestCaller caller(Identity identity, String client) {
        String address = client == null ? null : client.substring(0, client.lastIndexOf(':'));
        return new RequestCaller(identity, Ids.next("req_"), address, "ssh");
    }

    /** The local user has no account that could be suspended. */
    @Override
    public void opened(String user, Subject subject) {
        String id = userIds.get(user);
        if (id != null) {
            shells.opened(id, subject);
        }
    }

    @Override
    public boolean admits(String user, PublicKey key, String client) {
        if (!LOCAL_USER.equals(user)) {
            return false; // nobody else has a key: their clients offer theirs before they ask for the password
        }
        if (!localKeys.contains(key)) {
            trail.refused(caller(Identity.ANONYMOUS, client), user, PUBLIC_KEY, "The key is not the installation's");
            return false;
        }
        if (seen.isFirst(client)) {
            trail.admitted(operator(user, client), PUBLIC_KEY);
        }
        return true;
    }
}
