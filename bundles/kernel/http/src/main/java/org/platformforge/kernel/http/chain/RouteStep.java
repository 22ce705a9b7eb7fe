package org.platformforge.kernel.http.chain;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.generation.ExtensionMount;
import org.platformforge.kernel.http.generation.HeldRoute;
import org.platformforge.kernel.http.generation.Route;
import org.platformforge.kernel.http.generation.RouteBoard;
import org.platformforge.kernel.http.generation.StartUp;
import org.platformforge.kernel.http.generation.Target;
import org.platformforge.kernel.http.route.RouteTable;

/**
 * Finds the route and enters its generation, so that it cannot be closed before the answer. A generation that has been
 * replaced in between refuses entry, and the newer table is asked. A module that restarts makes the request wait; before
 * all modules have come up once, a path that nobody has is not said to be none. For an extension's path it is found out
 * later, by {@link ExtensionStep}.
 */
final class RouteStep implements Step {
    /** Requests that may wait for restarting modules at once; more would use up the server's threads. */
    private static final int MAX_WAITING = 64;

    /** Every start has it, so that it is no matter for the log. */
    static final PlatformException STARTING = PlatformException.of(
                    ErrorKind.UNAVAILABLE, "Not all modules are there yet; try again soon")
            .withRetryAfter(Duration.ofSeconds(2));

    private final RouteBoard board;
    private final StartUp startUp;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    RouteStep(RouteBoard board, StartUp startUp) {
        this.board = board;
        this.startUp = startUp;
    }

    @Override
    public void apply(Exchange exchange) throws InterruptedException {
        String method = exchange.isHead() ? "GET" : exchange.request().getMethod();
        while (exchange.answer == null) {
            RouteTable<Target> table = board.table();
            RouteTable.Match<Target> match = table.match(method, exchange.path());
            if (match instanceof RouteTable.Found<Target> found) {
                exchange.dialect = found.target().dialect();
                if (found.target() instanceof Route route) {
                    if (exchange.enter(route, found.values())) {
                        return;
                    }
                    awaitNewer(table);
                } else if (found.target() instanceof HeldRoute held) {
                    await(held, table);
                } else if (found.target() instanceof ExtensionMount mount) {
                    exchange.admission = mount;
                    exchange.pathValues = found.values();
                    return;
                }
            } else if (match instanceof RouteTable.NotAllowed<Target> other) {
                notAllowed(exchange, method, other.methods());
            } else {
                throw startUp.isOver() ? noSuchPath() : STARTING;
            }
        }
    }

    /**
     * For a request that was refused before it had a route, or whose path has no such method: an error is read by who
     * speaks the path's dialect. A path of no module keeps the one it was taken for.
     */
    void learnDialect(Exchange exchange) {
        RouteTable<Target> table = board.table();
        String method = exchange.isHead() ? "GET" : exchange.request().getMethod();
        Stream.concat(Stream.of(method), table.methods(exchange.path()).stream())
                .map(candidate -> table.match(candidate, exchange.path()))
                .filter(RouteTable.Found.class::isInstance)
                .findFirst()
                .ifPresent(match -> exchange.dialect =
                        ((RouteTable.Found<Target>) match).target().dialect());
    }

    /** The table was published before its generation closed, so a newer one is there at once. */
    private void awaitNewer(RouteTable<Target> table) throws InterruptedException {
        if (!board.awaitChange(table, System.nanoTime() + 1_000_000_000L)) {
            throw PlatformServices.unavailable();
        }
    }

    private void await(HeldRoute held, RouteTable<Target> table) throws InterruptedException {
        boolean changed = false;
        if (waiting.tryAcquire()) {
            try {
                changed = board.awaitChange(table, held.deadline());
            } finally {
                waiting.release();
            }
        }
        if (!changed) {
            throw PlatformServices.unavailable();
        }
    }

    static PlatformException noSuchPath() {
        return PlatformException.of(ErrorKind.NOT_FOUND, "No such path");
    }

    static void notAllowed(Exchange exchange, String method, SortedSet<String> methods) {
        SortedSet<String> allowed = new TreeSet<>(methods);
        allowed.add("OPTIONS");
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        exchange.allow = String.join(", ", allowed);
        if (!method.equals("OPTIONS")) {
            throw PlatformException.of(ErrorKind.METHOD_NOT_ALLOWED, "The path does not support " + method)
                    .withDetail("allowed_methods", java.util.List.copyOf(allowed));
        }
        exchange.settings().cors().preflight(exchange.request(), exchange.response(), exchange.allow);
        exchange.answer = new Answer(204);
    }
}
