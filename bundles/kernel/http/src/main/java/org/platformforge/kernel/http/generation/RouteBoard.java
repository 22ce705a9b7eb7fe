package org.platformforge.kernel.http.generation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.platformforge.kernel.http.openapi.OpenApiDocument;
import org.platformforge.kernel.http.openapi.PackedFragment;
import org.platformforge.kernel.http.route.RouteTable;

/**
 * Which generation answers which route. Every change builds a new table and publishes it in one volatile write; readers
 * never lock. Thread-safe.
 */
public final class RouteBoard {
    /** What became of a generation that was offered. */
    sealed interface Offer {}

    /** @param replaced generations that are no longer reachable and are to be drained */
    record Accepted(List<Generation> replaced) implements Offer {}

    record Refused(String problem) implements Offer {}

    /** A newer bundle of the module serves, which is as it should be. */
    record Superseded(String problem) implements Offer {}

    /** One of its services went away while it was built. */
    record Outdated() implements Offer {}

    /** Which of two bundles of one module comes first. */
    @FunctionalInterface
    interface Order {
        boolean precedes(String symbolicName, long one, long other);
    }

    private final String productVersion;
    private final Order order;
    private final Map<Long, Generation> serving = new TreeMap<>();
    private final Map<String, List<RouteTable.Entry<Target>>> held = new HashMap<>();
    private volatile RouteTable<Target> table = new RouteTable<>(ExtensionMount.entries());
    private volatile OpenApiDocument openApi;

    RouteBoard(String productVersion, Order order) {
        this.productVersion = productVersion;
        this.order = order;
    }

    public RouteTable<Target> table() {
        return table;
    }

    /** The document of the routes that are served now; merged at the first call after a change. */
    public OpenApiDocument openApi() {
        OpenApiDocument document = openApi;
        if (document == null) {
            synchronized (this) {
                List<PackedFragment> fragments = serving.values().stream()
                        .map(Generation::openApi)
                        .filter(java.util.Objects::nonNull)
                        .toList();
                document = OpenApiDocument.merge(productVersion, fragments);
                openApi = document;
            }
        }
        return document;
    }

    /**
     * Switches to the generation. It replaces what the same bundle and others of the same module serve; it is refused
     * while a bundle serves that comes before it, or another module has one of its routes or operation ids.
     *
     * @param stillThere asked under the board's lock; whoever makes it false calls {@link #withdraw} afterwards, so
     *     that a generation whose services have gone is never reachable
     * @param replacing told under the board's lock of each generation that is about to be replaced, so that {@link
     *     #withdraw} finds every generation either serving or told of
     */
    synchronized Offer offer(Generation generation, BooleanSupplier stillThere, Consumer<Generation> replacing) {
        if (!stillThere.getAsBoolean()) {
            return new Outdated();
        }
        for (Generation other : serving.values()) {
            if (isOfModule(other, generation.symbolicName()) && precedes(other, generation.bundleId())) {
                return superseded(other);
            }
        }
        Optional<String> refusal = refusal(generation);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        List<Generation> replaced = serving.values().stream()
                .filter(other -> isOfModule(other, generation.symbolicName()))
                .toList();
        replaced.forEach(replacing);
        replaced.forEach(old -> serving.remove(old.bundleId()));
        serving.put(generation.bundleId(), generation);
        held.remove(generation.symbolicName());
        publish();
        return new Accepted(replaced);
    }

    /** What stands in the way of the generation's routes: those of other modules. */
    synchronized Optional<String> refusal(Generation generation) {
        Set<String> routes = new HashSet<>();
        generation
                .routes()
                .forEach(
                        route -> routes.add(key(route.method(), route.template().shape())));
        return serving.values().stream()
                .filter(other -> !isOfModule(other, generation.symbolicName()))
                .map(other -> collision(generation, routes, other))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> reserved(generation, routes));
    }

    private static boolean isOfModule(Generation generation, String symbolicName) {
        return generation.symbolicName().equals(symbolicName);
    }

    /**
     * Takes the bundle's routes away.
     *
     * @param holdUntil {@code System.nanoTime()} until which requests wait for a successor, or null when there will be
     *     none
     * @return the generation that is no longer reachable and is to be drained
     */
    synchronized Optional<Generation> withdraw(long bundleId, Long holdUntil) {
        Generation generation = serving.remove(bundleId);
        if (generation == null) {
            return Optional.empty();
        }
        if (holdUntil != null) {
            held.put(generation.symbolicName(), hold(generation, holdUntil));
        }
        publish();
        return Optional.of(generation);
    }

    /** Requests no longer wait for the module. */
    synchronized void release(String symbolicName) {
        if (held.remove(symbolicName) != null) {
            publish();
        }
    }

    synchronized Optional<Generation> serving(long bundleId) {
        return Optional.ofNullable(serving.get(bundleId));
    }

    public synchronized Collection<Generation> serving() {
        return List.copyOf(serving.values());
    }

    /**
     * Waits until the table is another one than the given.
     *
     * @param deadline {@code System.nanoTime()} to give up at
     * @return whether it is
     */
    public synchronized boolean awaitChange(RouteTable<Target> known, long deadline) throws InterruptedException {
        while (table == known) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** The bundle whose routes the module's requests go to. */
    synchronized Optional<Long> servingOf(String symbolicName) {
        return serving.values().stream()
                .filter(generation -> isOfModule(generation, symbolicName))
                .map(Generation::bundleId)
                .findFirst();
    }

    /** What an offer of the bundle's would be answered with, when a newer bundle of the module serves. */
    synchronized Optional<Superseded> supersededBy(String symbolicName, long bundleId) {
        return serving.values().stream()
                .filter(other -> isOfModule(other, symbolicName) && precedes(other, bundleId))
                .findFirst()
                .map(RouteBoard::superseded);
    }

    private static Superseded superseded(Generation by) {
        return new Superseded("Superseded by bundle " + by.bundleId() + " (version " + by.version() + ")");
    }

    private boolean precedes(Generation one, long other) {
        return order.precedes(one.symbolicName(), one.bundleId(), other);
    }

    private void publish() {
        List<RouteTable.Entry<Target>> entries = new ArrayList<>();
        for (Generation generation : serving.values()) {
            for (Route route : generation.routes()) {
                entries.add(new RouteTable.Entry<>(route.method(), route.template(), route));
            }
        }
        held.values().forEach(entries::addAll);
        entries.addAll(ExtensionMount.entries());
        table = new RouteTable<>(entries);
        openApi = null;
        notifyAll();
    }

    private static List<RouteTable.Entry<Target>> hold(Generation generation, long until) {
        List<RouteTable.Entry<Target>> entries = new ArrayList<>();
        for (Route route : generation.routes()) {
            Target target = new HeldRoute(route.dialect(), generation.symbolicName(), until);
            entries.add(new RouteTable.Entry<>(route.method(), route.template(), target));
        }
        return entries;
    }

    private static Optional<String> collision(Generation generation, Set<String> routes, Generation other) {
        for (Route route : other.routes()) {
            if (routes.contains(key(route.method(), route.template().shape()))) {
                return Optional.of(route.method() + " " + route.template().text() + " is already served by "
                        + other.symbolicName() + " " + other.version());
            }
            for (Route own : generation.routes()) {
                if (own.operationId().equals(route.operationId())) {
                    return Optional.of("The operationId " + own.operationId() + " is already used by "
                            + other.symbolicName() + " " + other.version());
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> reserved(Generation generation, Set<String> routes) {
        for (Map.Entry<String, List<RouteTable.Entry<Target>>> module : held.entrySet()) {
            Iterator<RouteTable.Entry<Target>> entries = module.getValue().iterator();
            while (!module.getKey().equals(generation.symbolicName()) && entries.hasNext()) {
                RouteTable.Entry<Target> entry = entries.next();
                if (isStillHeld(entry)
                        && routes.contains(key(entry.method(), entry.template().shape()))) {
                    return Optional.of(entry.method() + " " + entry.template().text() + " is kept for "
                            + module.getKey() + ", which is restarting");
                }
            }
        }
        return Optional.empty();
    }

    /** Nobody waits past the deadline, so nothing is kept for anybody then. */
    private static boolean isStillHeld(RouteTable.Entry<Target> entry) {
        return !(entry.target() instanceof HeldRoute route) || route.deadline() - System.nanoTime() > 0;
    }

    private static String key(String method, String shape) {
        return method + " " + shape;
    }
}
