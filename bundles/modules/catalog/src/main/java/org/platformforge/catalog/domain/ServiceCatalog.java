package org.platformforge.catalog.domain;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.store.EnvironmentTable;
import org.platformforge.catalog.store.ServiceTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Services of a tenant: descriptions, relations, and what runs of them. Thread-safe. */
@Component(service = ServiceCatalog.class)
public final class ServiceCatalog {
    private static final int MOST = 2000;

    private final Store store;
    private final ServiceTable services;
    private final EnvironmentTable environments;
    private final Delivery delivery;
    private final ServiceDrafts drafts;
    private final Trail trail;

    /**
     * Both ways of a service's relations.
     *
     * @param dependsOn what it needs itself; those in {@code unknown} are no services of the catalogue
     * @param dependencyOf services that need it themselves
     * @param impact all services that fail to work without it, directly or not
     */
    public record Relations(
            List<String> dependsOn, List<String> unknown, List<String> dependencyOf, List<String> impact) {}

    @Activate
    public ServiceCatalog(
            @Reference Store store,
            @Reference ServiceTable services,
            @Reference EnvironmentTable environments,
            @Reference Delivery delivery,
            @Reference ServiceDrafts drafts,
            @Reference Trail trail) {
        this.store = store;
        this.services = services;
        this.environments = environments;
        this.delivery = delivery;
        this.drafts = drafts;
        this.trail = trail;
    }

    /** @param environment only what is deployed there; null for all */
    ServiceState state(Caller caller, Service service, String environment) {
        List<Target> targets = delivery.targets(caller.tenantId(), service.id()).stream()
                .filter(target -> environment == null || target.environment().equals(environment))
                .toList();
        Map<String, Integer> ranks = new TreeMap<>();
        if (targets.size() > 1) {
            store.call(caller.tenantId(), environments::all)
                    .forEach(one -> ranks.put(one.name(), -one.type().ordinal()));
        }
        return ServiceState.of(service, targets, name -> ranks.getOrDefault(name, 1));
    }

    /** Of all services, in order. */
    public List<String> ids(Caller caller) {
        return store.call(caller.tenantId(), services::all).stream()
                .map(Service::id)
                .toList();
    }

    public ServiceState get(Caller caller, String id) {
        return state(caller, require(caller, id), null);
    }

    Service require(Caller caller, String id) {
        Optional<Service> found =
                Checks.isName(id) ? store.call(caller.tenantId(), tx -> services.find(tx, id)) : Optional.empty();
        return found.orElseThrow(() -> PlatformException.notFound("Service", id));
    }

    public Relations relations(Caller caller, String id) {
        Service service = require(caller, id);
        Map<String, Set<String>> needs = new TreeMap<>();
        store.call(caller.tenantId(), services::all)
                .forEach(one -> needs.put(one.id(), new TreeSet<>(one.dependencies())));
        List<String> unknown = service.dependencies().stream()
                .filter(name -> !needs.containsKey(name))
                .toList();
        Set<String> impact = new LinkedHashSet<>(needing(needs, id));
        List<String> open = new ArrayList<>(impact);
        while (!open.isEmpty()) {
            for (String next : needing(needs, open.remove(0))) {
                if (!next.equals(id) && impact.add(next)) {
                    open.add(next);
                }
            }
        }
        return new Relations(service.dependencies(), unknown, needing(needs, id), List.copyOf(impact));
    }

    private static List<String> needing(Map<String, Set<String>> needs, String id) {
        return needs.entrySet().stream()
                .filter(entry -> entry.getValue().contains(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    public ServiceState create(Caller caller, ServiceDraft draft) {
        Checks checks = new Checks("");
        Service checked = drafts.checked(caller.tenantId(), draft, null, checks);
        checks.done();
        store.run(caller.tenantId(), tx -> insert(tx, caller, checked));
        return get(caller, checked.id());
    }

    private void insert(Transaction tx, Caller caller, Service checked) throws Exception {
        if (services.find(tx, checked.id()).isPresent()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "There is a service " + checked.id() + " already")
                    .withDetail("service_id", checked.id());
        }
        if (services.all(tx).size() >= MOST) {
            throw PlatformException.of(ErrorKind.CONFLICT, "There are " + MOST + " services, and no more are allowed");
        }
        Service made = stamped(tx, checked, null, checked.origin());
        services.insert(tx, made);
        trail.service(tx, caller, null, made);
    }

    /** Replaces everything but the id; secrets that are left out stay. */
    public ServiceState update(Caller caller, String id, ServiceDraft draft) {
        Service known = require(caller, id);
        Checks checks = new Checks("");
        Service checked = drafts.checked(caller.tenantId(), draft, known, checks);
        checks.done();
        store.run(caller.tenantId(), tx -> change(tx, caller, known, checked, known.origin()));
        return get(caller, id);
    }

    private void change(Transaction tx, Caller caller, Service known, Service checked, String origin) throws Exception {
        Service changed = stamped(tx, checked, known, origin);
        if (!services.update(tx, changed)) {
            throw PlatformException.notFound("Service", known.id());
        }
        trail.service(tx, caller, known, changed);
    }

    /** @throws PlatformException {@code CONFLICT} while it is deployed, or others depend on it */
    public void delete(Caller caller, String id) {
        Service known = require(caller, id);
        List<String> deployed = delivery.targets(caller.tenantId(), id).stream()
                .map(Target::environment)
                .toList();
        if (!deployed.isEmpty()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "The service is deployed; take it out of its environments first: "
                                    + String.join(", ", deployed))
                    .withDetail("environments", deployed);
        }
        List<String> needing = relations(caller, id).dependencyOf();
        if (!needing.isEmpty()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Other services depend on it: " + String.join(", ", needing))
                    .withDetail("dependency_of", needing);
        }
        store.run(caller.tenantId(), tx -> {
            if (services.delete(tx, id)) {
                trail.service(tx, caller, known, null);
            }
        });
    }

    /** What became, or would become, of an entry of an import. */
    public enum Outcome {
        CREATED,
        UPDATED,
        UNCHANGED,
        /** The service is kept up to date by something else; it was left as it is. */
        CONFLICT,
        /** The import does not name it any more; it was left as it is. */
        ORPHAN
    }

    /** @param detail why, where the outcome alone does not say it; else empty */
    public record Imported(String id, Outcome outcome, String detail) {}

    /**
     * Brings the services of one source to what it says, all or none. The same again changes nothing.
     *
     * @param source where the entries are from, such as the address of a file; its services are its own from then on
     * @param dryRun whether to say what would be done and leave it at that
     */
    public List<Imported> importAll(Caller caller, String source, List<ServiceDraft> entries, boolean dryRun) {
        Checks checks = new Checks("");
        String origin = checks.text("source", source, 1, 1000);
        List<Service> checked = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        Map<String, Service> known = new TreeMap<>();
        store.call(caller.tenantId(), services::all).forEach(service -> known.put(service.id(), service));
        for (int i = 0; i < entries.size(); i++) {
            ServiceDraft entry = entries.get(i);
            Checks own = new Checks("services[" + i + "].");
            if (entry == null) {
                own.problem("name", "is needed");
            } else {
                Service service = drafts.checked(caller.tenantId(), entry, known.get(ServiceDrafts.id(entry)), own);
                if (!seen.add(service.id())) {
                    own.problem("id", "stands twice in the import");
                }
                checked.add(service);
            }
            own.problems().forEach(problem -> checks.problem(problem.field(), problem.message()));
        }
        checks.done();
        return store.call(caller.tenantId(), tx -> {
            List<Imported> outcomes = new ArrayList<>();
            for (Service service : checked) {
                outcomes.add(take(tx, caller, service, origin, dryRun));
            }
            services.all(tx).stream()
                    .filter(service -> origin.equals(service.origin()) && !seen.contains(service.id()))
                    .forEach(service -> outcomes.add(new Imported(
                            service.id(),
                            Outcome.ORPHAN,
                            "The source does not name it any more; delete it, or keep it")));
            return outcomes;
        });
    }

    private Imported take(Transaction tx, Caller caller, Service entry, String origin, boolean dryRun)
            throws Exception {
        Optional<Service> known = services.find(tx, entry.id());
        if (known.isEmpty()) {
            if (!dryRun) {
                insert(tx, caller, stamped(tx, entry, null, origin));
            }
            return new Imported(entry.id(), Outcome.CREATED, "");
        }
        Service before = known.get();
        if (!Objects.equals(before.origin(), origin)) {
            String owner = before.origin() == null ? "it was made by hand" : "it is kept by " + before.origin();
            return new Imported(entry.id(), Outcome.CONFLICT, owner);
        }
        if (before.describesTheSame(stamped(tx, entry, before, origin))) {
            return new Imported(entry.id(), Outcome.UNCHANGED, "");
        }
        if (!dryRun) {
            change(tx, caller, before, entry, origin);
        }
        return new Imported(entry.id(), Outcome.UPDATED, "");
    }

    private static Service stamped(Transaction tx, Service checked, Service before, String origin) {
        return new Service(
                checked.tenantId(),
                checked.id(),
                checked.name(),
                checked.description(),
                checked.owner(),
                checked.repository(),
                checked.endpoints(),
                checked.dependencies(),
                checked.build(),
                checked.run(),
                checked.sealed(),
                origin,
                before == null ? tx.now() : before.createdAt(),
                tx.now());
    }

    /** In lower case, as it stands in addresses. */
    static String slug(String name) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.length() > 63 ? slug.substring(0, 63).replaceAll("-$", "") : slug;
    }
}
