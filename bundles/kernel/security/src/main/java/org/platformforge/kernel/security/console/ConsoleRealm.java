package org.platformforge.kernel.security.console;

import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.PasswordAuthenticator;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.security.account.Suspensions;
import org.platformforge.kernel.security.caller.Identity;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.config.DataFolder;
import org.platformforge.kernel.security.permission.RolePermissions;

/**
 * Karaf's realm {@code karaf}, in place of the one with a user file: operators by e-mail and password, and the local
 * user by the key in the data folder. Password attempts count towards the rate limit {@code auth}.
 */
@Component(service = JaasRealm.class)
public final class ConsoleRealm implements JaasRealm, ConsoleUsers {
    static final String USERS = "org.platformforge.console.users";
    private static final String NAME = "karaf";
    /** Karaf's own realm of this name has rank 0. */
    private static final int RANK = 100;

    private static final List<String> LIMITS = List.of("auth");

    private final String bundleId;
    private final RateLimiter limiter;
    private final LocalKeys localKeys;
    private final OpenShells shells;
    private final Map<String, String> userIds = new ConcurrentHashMap<>();
    private volatile PasswordAuthenticator passwords;

    @Activate
    public ConsoleRealm(
            BundleContext context,
            @Reference DataFolder data,
            @Reference RateLimiter limiter,
            @Reference Suspensions suspensions) {
        this(
                Long.toString(context.getBundle().getBundleId()),
                data,
                limiter,
                new OpenShells((user, action) -> suspensions.watch(Tenants.PLATFORM, user, action)));
    }

    ConsoleRealm(String bundleId, DataFolder data, RateLimiter limiter, OpenShells shells) {
        this.bundleId = bundleId;
        this.limiter = limiter;
        this.shells = shells;
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
    public boolean admits(String user, char[] password, String address) {
        PasswordAuthenticator current = passwords;
        RequestCaller nobody = new RequestCaller(Identity.ANONYMOUS, "", address, "ssh");
        RateLimiter.Decision decision = limiter.acquire(Dialect.PLATFORM_FORGE, LIMITS, nobody, address);
        if (current == null || (decision != null && !decision.allowed())) {
            return false;
        }
        Optional<PasswordAuthenticator.Principal> operator = current.authenticate(user, password)
                .filter(principal -> Tenants.PLATFORM.equals(principal.tenantId()))
                .filter(principal -> principal.roles().contains(RolePermissions.OPERATOR));
        operator.ifPresent(principal -> userIds.put(user, principal.userId()));
        return operator.isPresent();
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
    public boolean admits(String user, PublicKey key) {
        return LOCAL_USER.equals(user) && localKeys.contains(key);
    }
}
