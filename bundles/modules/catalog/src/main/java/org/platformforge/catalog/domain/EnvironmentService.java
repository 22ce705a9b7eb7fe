package org.platformforge.catalog.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.store.EnvironmentTable;
import org.platformforge.catalog.store.ServiceTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.delivery.Quantity;
import org.platformforge.kernel.api.jobs.Cron;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Environments of a tenant. Thread-safe. */
@Component(service = EnvironmentService.class)
public final class EnvironmentService {
    private static final int MOST = 200;
    private static final int MOST_WINDOWS = 20;

    private final Store store;
    private final EnvironmentTable environments;
    private final ServiceTable services;
    private final Delivery delivery;
    private final Trail trail;
    private final Cron cron;

    /**
     * An environment that somebody describes. Every value may be null.
     *
     * @param type one of {@link Environment.Type}, in lower case
     */
    public record Draft(
            String name,
            String type,
            String cluster,
            String namespace,
            Boolean autoDeploy,
            String cpuLimit,
            String memoryLimit,
            List<FreezeWindow> freezeWindows) {}

    @Activate
    public EnvironmentService(
            @Reference Store store,
            @Reference EnvironmentTable environments,
            @Reference ServiceTable services,
            @Reference Delivery delivery,
            @Reference Trail trail,
            @Reference Cron cron) {
        this.store = store;
        this.environments = environments;
        this.services = services;
        this.delivery = delivery;
        this.trail = trail;
        this.cron = cron;
    }

    /** By name. */
    public List<Environment> list(Caller caller) {
        return store.call(caller.tenantId(), environments::all);
    }

    public Environment get(Caller caller, String name) {
        return find(caller, name).orElseThrow(() -> PlatformException.notFound("Environment", name));
    }

    /** The freeze that is on now; empty when none is. */
    public Optional<Freeze> frozen(Environment environment) {
        return environment.frozen(Instant.now(), cron);
    }

    Optional<Environment> find(Caller caller, String name) {
        return Checks.isName(name)
                ? store.call(caller.tenantId(), tx -> environments.find(tx, name))
                : Optional.empty();
    }

    public Environment create(Caller caller, Draft draft) {
        Checks checks = new Checks("");
        checks.name("name", draft.name());
        Environment checked = checked(caller.tenantId(), draft, checks);
        return store.call(caller.tenantId(), tx -> {
            if (environments.find(tx, draft.name()).isPresent()) {
                throw PlatformException.of(ErrorKind.CONFLICT, "There is an environment " + draft.name() + " already");
            }
            if (environments.all(tx).size() >= MOST) {
                throw PlatformException.of(
                        ErrorKind.CONFLICT, "There are " + MOST + " environments, and no more are allowed");
            }
            Environment made = stamped(tx, checked, null);
            environments.insert(tx, made);
            trail.environment(tx, caller, null, made);
            return made;
        });
    }

    /** Replaces all but the name. */
    public Environment update(Caller caller, String name, Draft draft) {
        Environment known = get(caller, name);
        Checks checks = new Checks("");
        if (draft.name() != null && !draft.name().equals(name)) {
            checks.problem("name", "cannot be changed");
        }
        Environment checked = checked(
                caller.tenantId(),
                new Draft(
                        name,
                        draft.type(),
                        draft.cluster(),
                        draft.namespace(),
                        draft.autoDeploy(),
                        draft.cpuLimit(),
                        draft.memoryLimit(),
                        draft.freezeWindows()),
                checks);
        return store.call(caller.tenantId(), tx -> {
            Environment changed = stamped(tx, checked, known);
            if (!environments.update(tx, changed)) {
                throw PlatformException.notFound("Environment", name);
            }
            trail.environment(tx, caller, known, changed);
            return changed;
        });
    }

    /** @throws PlatformException {@code CONFLICT} while services are deployed there */
    public void delete(Caller caller, String name) {
        Environment known = get(caller, name);
        List<String> deployed = new ArrayList<>();
        for (Service service : store.call(caller.tenantId(), services::all)) {
            delivery.target(caller.tenantId(), service.id(), name)
                    .filter(target -> target.current() != null || target.rollingOut() != null)
                    .ifPresent(target -> deployed.add(service.id()));
        }
        if (!deployed.isEmpty()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "Services are deployed in the environment; take them out of it first: "
                                    + String.join(", ", deployed))
                    .withDetail("services", deployed);
        }
        store.run(caller.tenantId(), tx -> {
            if (environments.delete(tx, name)) {
                trail.environment(tx, caller, known, null);
            }
        });
    }

    private Environment checked(String tenantId, Draft draft, Checks checks) {
        Environment.Type type = checks.choice("type", draft.type(), Environment.Type.class, null);
        String cluster = optional(checks.text("cluster", draft.cluster(), 0, 255));
        String namespace = optional(checks.text("namespace", draft.namespace(), 0, 255));
        quantity(checks, "cpu", draft.cpuLimit(), "10 or 500m");
        quantity(checks, "memory", draft.memoryLimit(), "20Gi");
        List<FreezeWindow> windows = draft.freezeWindows() == null ? List.of() : draft.freezeWindows();
        windows(checks, windows);
        checks.done();
        return new Environment(
                tenantId,
                draft.name(),
                type,
                cluster,
                namespace,
                Boolean.TRUE.equals(draft.autoDeploy()),
                draft.cpuLimit(),
                draft.memoryLimit(),
                windows,
                null,
                null);
    }

    private static void quantity(Checks checks, String name, String text, String example) {
        boolean good = text == null
                || text.length() <= 64
                        && Quantity.parse(text)
                                .filter(quantity -> quantity.value().signum() > 0)
                                .isPresent();
        if (!good) {
            checks.problem(
                    "config.resource_limits." + name,
                    "must be a quantity greater than zero in the grammar of Kubernetes, such as " + example);
        }
    }

    private void windows(Checks checks, List<FreezeWindow> windows) {
        if (windows.size() > MOST_WINDOWS) {
            checks.problem("config.freeze_windows", "must be at most " + MOST_WINDOWS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < windows.size(); i++) {
            String field = "config.freeze_windows[" + i + "]";
            FreezeWindow window = windows.get(i);
            if (window == null) {
                checks.problem(field, "is needed");
            } else {
                window.check(checks, field, cron);
                if (!names.add(window.name())) {
                    checks.problem(field + ".name", "stands twice");
                }
            }
        }
    }

    private static String optional(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Environment stamped(Transaction tx, Environment checked, Environment before) {
        return new Environment(
                checked.tenantId(),
                checked.name(),
                checked.type(),
                checked.cluster(),
                checked.namespace(),
                checked.autoDeploy(),
                checked.cpuLimit(),
                checked.memoryLimit(),
                checked.freezeWindows(),
                before == null ? tx.now() : before.createdAt(),
                tx.now());
    }
}
