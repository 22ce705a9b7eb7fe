package org.platformforge.kernel.http.chain;

import java.time.Duration;
import java.util.Optional;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.http.generation.ExtensionBoard;
import org.platformforge.kernel.http.generation.Generation;
import org.platformforge.kernel.http.generation.Route;
import org.platformforge.kernel.http.route.RouteTable;

/**
 * Finds the route of an extension: in the version the caller's tenant runs. An extension that the tenant has not installed
 * is answered as one that does not exist. Does nothing for the platform's own routes.
 */
final class ExtensionStep implements Step {
    /** A tenant is given another version before its old one closes, so the second try finds that. */
    private static final int TRIES = 4;

    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final ExtensionBoard board;
    private final PlatformServices services;

    ExtensionStep(ExtensionBoard board, PlatformServices services) {
        this.board = board;
        this.services = services;
    }

    @Override
    public void apply(Exchange exchange) {
        if (exchange.route != null) {
            return;
        }
        ExtensionRouting routing = services.extensions();
        if (routing == null) {
            throw PlatformServices.unavailable();
        }
        String tenant = exchange.caller.tenantId();
        String extension = exchange.pathValues[0];
        for (int i = 0; i < TRIES; i++) {
            Optional<ExtensionRouting.Selection> selection =
                    routing.select(tenant, extension, exchange.caller.subject());
            if (selection.isEmpty()) {
                throw routing.settled()
                        ? RouteStep.noSuchPath()
                        : later("Extensions are being started; try again soon");
            }
            Generation generation = board.serving(selection.get().bundleId());
            if (generation == null && board.isRouteless(selection.get().bundleId())) {
                throw RouteStep.noSuchPath();
            }
            // in this order: a generation is closed to requests before its table is emptied
            RouteTable<Route> table = generation == null ? null : generation.table();
            if (table != null && !generation.inFlight().isClosed() && entered(exchange, table)) {
                exchange.extension = selection.get();
                return;
            }
        }
        throw later("The extension is restarting; try again soon");
    }

    private static PlatformException later(String message) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, message).withRetryAfter(COME_AGAIN);
    }

    /** @return false when the version is on its way out */
    private static boolean entered(Exchange exchange, RouteTable<Route> table) {
        String method = exchange.isHead() ? "GET" : exchange.request().getMethod();
        RouteTable.Match<Route> match = table.match(method, exchange.path());
        if (match instanceof RouteTable.Found<Route> found) {
            if (!exchange.enter(found.target(), found.values())) {
                return false;
            }
            if (!exchange.route.schemes().contains(exchange.caller.scheme())) {
                throw PlatformException.of(
                        ErrorKind.UNAUTHENTICATED, "The route does not accept this kind of credential");
            }
            return true;
        }
        if (match instanceof RouteTable.NotAllowed<Route> other) {
            String known = other.methods().first();
            exchange.dialect = ((RouteTable.Found<Route>) table.match(known, exchange.path()))
                    .target()
                    .dialect();
            RouteStep.notAllowed(exchange, method, other.methods());
        }
        throw RouteStep.noSuchPath();
    }
}
