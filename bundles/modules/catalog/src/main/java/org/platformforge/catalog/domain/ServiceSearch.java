package org.platformforge.catalog.domain;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.store.ServiceTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;

/** Finds services of a tenant. Thread-safe. */
@Component(service = ServiceSearch.class)
public final class ServiceSearch {
    private final Store store;
    private final ServiceTable services;
    private final ServiceCatalog catalog;

    /** What a list is in the order of; what is equal is in the order of the ids. */
    public enum Sort {
        ID(Comparator.comparing(Service::id)),
        NAME(Comparator.comparing(service -> service.name().toLowerCase(Locale.ROOT))),
        OWNER(Comparator.comparing(service -> lower(service.owner()))),
        CREATED_AT(Comparator.comparing(Service::createdAt)),
        UPDATED_AT(Comparator.comparing(Service::updatedAt));

        private final Comparator<Service> order;

        Sort(Comparator<Service> order) {
            this.order = order;
        }
    }

    /** By what found services are counted. */
    public enum Facet {
        OWNER,
        STATUS,
        ENVIRONMENT
    }

    /**
     * What services have to be like; null where it does not matter.
     *
     * @param environment only what is deployed there, as it is there
     * @param owner exactly, but for upper and lower case
     * @param text words, all of which stand in the id, name, description, owner, repository, endpoints or dependencies
     * @param facets in their order; counted over all that is found, not the page alone
     */
    public record Query(
            String environment,
            ServiceState.Status status,
            String owner,
            String text,
            Sort sort,
            boolean descending,
            List<Facet> facets) {
        public static final Query ALL = new Query(null, null, null, null, Sort.ID, false, List.of());

        public Query in(String name) {
            return new Query(name, status, owner, text, sort, descending, facets);
        }

        private boolean asksForState() {
            return environment != null || status != null || facets.stream().anyMatch(facet -> facet != Facet.OWNER);
        }
    }

    /** @param facets of each value how many services have it */
    public record Found(Page<ServiceState> page, Map<Facet, Map<String, Long>> facets) {}

    @Activate
    public ServiceSearch(@Reference Store store, @Reference ServiceTable services, @Reference ServiceCatalog catalog) {
        this.store = store;
        this.services = services;
        this.catalog = catalog;
    }

    /** @throws PlatformException {@code VALIDATION} when the cursor is no service any more that a list can go on from */
    public Found find(Caller caller, Query query, PageRequest request) {
        List<Service> all = store.call(caller.tenantId(), services::all);
        Comparator<Service> sort = query.sort().order.thenComparing(Service::id);
        Comparator<Service> order = query.descending() ? sort.reversed() : sort;
        Predicate<Service> after = after(all, query, order, request.cursor());
        List<Service> described = all.stream()
                .filter(service -> query.owner() == null || query.owner().equalsIgnoreCase(service.owner()))
                .filter(service -> has(service, query.text()))
                .sorted(order)
                .toList();
        if (!query.asksForState()) {
            Page<ServiceState> page = slice(described, Function.identity(), after, request)
                    .map(service -> catalog.state(caller, service, null));
            return new Found(page, counted(query, described, List.of()));
        }
        List<ServiceState> found = described.stream()
                .map(service -> catalog.state(caller, service, query.environment()))
                .filter(state -> query.environment() == null || state.shown() != null)
                .filter(state -> query.status() == null || state.status() == query.status())
                .toList();
        return new Found(
                slice(found, ServiceState::service, after, request),
                counted(query, found.stream().map(ServiceState::service).toList(), found));
    }

    /** What comes after the last one of the page before, whose id is the cursor, whether it is still found or not. */
    private static Predicate<Service> after(List<Service> all, Query query, Comparator<Service> order, String cursor) {
        if (cursor == null) {
            return service -> true;
        }
        if (query.sort() == Sort.ID) {
            int way = query.descending() ? -1 : 1;
            return service -> service.id().compareTo(cursor) * way > 0;
        }
        Service last = all.stream()
                .filter(service -> service.id().equals(cursor))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid("cursor", "is not one of this list"));
        return service -> order.compare(service, last) > 0;
    }

    private static boolean has(Service service, String text) {
        if (text == null) {
            return true;
        }
        String all = lower(String.join(
                "\n",
                Stream.of(
                                Stream.of(service.id(), service.name(), service.description()),
                                Stream.of(service.owner(), service.repository()),
                                service.endpoints().stream(),
                                service.dependencies().stream())
                        .flatMap(Function.identity())
                        .map(part -> part == null ? "" : part)
                        .toList()));
        return Stream.of(lower(text).strip().split("\\s+")).allMatch(all::contains);
    }

    private static String lower(String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private static Map<Facet, Map<String, Long>> counted(Query query, List<Service> found, List<ServiceState> states) {
        Map<Facet, Map<String, Long>> facets = new TreeMap<>();
        for (Facet facet : query.facets()) {
            Stream<String> values = switch (facet) {
                case OWNER -> found.stream().map(Service::owner);
                case STATUS ->
                    states.stream().map(state -> state.status().name().toLowerCase(Locale.ROOT));
                case ENVIRONMENT ->
                    states.stream().flatMap(state -> state.targets().stream().map(target -> target.environment()));
            };
            Map<String, Long> counts = new TreeMap<>();
            values.forEach(value -> counts.merge(value == null ? "" : value, 1L, Long::sum));
            facets.put(facet, counts);
        }
        return facets;
    }

    private static <T> Page<T> slice(
            List<T> all, Function<T, Service> of, Predicate<Service> after, PageRequest request) {
        List<T> rest = request.cursor() == null
                ? all.subList(Math.min(request.offset(), all.size()), all.size())
                : all.stream().filter(one -> after.test(of.apply(one))).toList();
        List<T> items = rest.subList(0, Math.min(request.limit(), rest.size()));
        return new Page<>(
                items,
                all.size(),
                items.size() < rest.size()
                        ? Optional.of(of.apply(items.get(items.size() - 1)).id())
                        : Optional.empty());
    }
}
