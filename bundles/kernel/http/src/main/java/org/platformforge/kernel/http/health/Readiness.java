package org.platformforge.kernel.http.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.http.chain.PlatformServices;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the platform is ready: every health check there is, those the configuration asks for, the services the
 * request chain needs, every installed module, and the start-up itself, which may still install some. Checks of bundles that
 * do not act are not asked. Anybody may ask, as often as they like: all is looked at again when a bundle or a check comes or
 * goes, and otherwise four times a second at most. Thread-safe.
 */
@Component(service = Readiness.class)
public final class Readiness implements SynchronousBundleListener {
    /** @param message the reason when it is not ready, for operators */
    public record State(String name, HealthCheck.Status status, String message) {
        /** Whether it keeps the platform from being ready. */
        public boolean isUnready() {
            return status == HealthCheck.Status.UNHEALTHY;
        }
    }

    private static final Duration FRESH = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final BundleContext context;
    private final ModuleManager modules;
    private final PlatformServices services;
    private final HttpSettings settings;
    private final GenerationRegistry generations;
    private final Map<Long, Check> checks = new TreeMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final CachedValue<List<State>> states = new CachedValue<>(this::look, FRESH, System::nanoTime);

    private record Check(HealthCheck check, long bundleId) {}

    @Activate
    public Readiness(
            BundleContext context,
            @Reference ModuleManager modules,
            @Reference GenerationRegistry generations,
            @Reference PlatformServices services,
            @Reference HttpSettings settings) {
        this.context = context;
        this.generations = generations;
        this.modules = modules;
        this.services = services;
        this.settings = settings;
        context.addBundleListener(this);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        states.changed();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCheck(HealthCheck check, ServiceReference<HealthCheck> reference) {
        synchronized (checks) {
            checks.put((Long) reference.getProperty(Constants.SERVICE_ID), new Check(check, (Long)
                    reference.getProperty(Constants.SERVICE_BUNDLEID)));
        }
        states.changed();
    }

    void unbindCheck(ServiceReference<HealthCheck> reference) {
        synchronized (checks) {
            checks.remove((Long) reference.getProperty(Constants.SERVICE_ID));
        }
        states.changed();
    }

    /** Everything that is asked, ready or not, by name. */
    public List<State> states() {
        return states.get();
    }

    private List<State> look() {
        Map<String, State> found = new LinkedHashMap<>();
        for (String required : settings.current().requiredChecks()) {
            found.put(required, unhealthy(required, "Not there yet"));
        }
        if (generations.isStopping()) {
            found.put("platform", unhealthy("platform", "Stopping"));
        } else if (!generations.startUp().isOver()) {
            found.put("platform", unhealthy("platform", "Starting"));
        }
        List<Check> present;
        synchronized (checks) {
            present = List.copyOf(checks.values());
        }
        for (Check check : present) {
            if (generations.acts(check.bundleId())) {
                State state = ask(check.check());
                found.put(state.name(), state);
            }
        }
        for (String missing : services.missing()) {
            found.put(missing, unhealthy(missing, "Not there yet"));
        }
        for (ModuleManager.Module module : modules.list()) {
            State state = state(module);
            found.merge(state.name(), state, (one, other) -> one.status() == HealthCheck.Status.HEALTHY ? one : other);
        }
        return List.copyOf(new TreeMap<>(found).values());
    }

    private State ask(HealthCheck check) {
        String name = check.getClass().getSimpleName();
        try {
            name = check.name();
            HealthCheck.Health health = check.check();
            failing.remove(name);
            return new State(name, health.status(), health.message());
        } catch (RuntimeException e) {
            // once, not at every probe of a load balancer
            if (failing.add(name)) {
                LOG.error("The health check {} failed", name, e);
            }
            return unhealthy(name, "The check failed; the log has the reason");
        }
    }

    /** While a module is replaced there are two of it: one that serves is enough. */
    private static State state(ModuleManager.Module module) {
        String name = "module." + module.symbolicName();
        return switch (module.state()) {
            case SERVING, DRAINING -> new State(name, HealthCheck.Status.HEALTHY, "");
            case WAITING -> unhealthy(name, module.problem());
        };
    }

    private static State unhealthy(String name, String message) {
        return new State(name, HealthCheck.Status.UNHEALTHY, message);
    }
}
