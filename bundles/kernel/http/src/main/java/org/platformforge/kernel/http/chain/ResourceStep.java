package org.platformforge.kernel.http.chain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.WebApplicationException;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.http.generation.Invocation;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.generation.Operation;
import org.platformforge.kernel.http.generation.Route;

/** Calls the resource: of a module on this thread, of an extension on one of its own, within its limits. */
final class ResourceStep implements Step {
    private final PlatformServices services;

    ResourceStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void apply(Exchange exchange) throws Exception {
        if (exchange.extension != null) {
            callExtension(exchange);
            return;
        }
        Operation operation = exchange.route.operation();
        try (BodyWaiters.Place place = exchange.bodyPlace()) {
            exchange.executed = true;
            exchange.result = operation
                    .prepare(invocation(exchange, operation.readsBody() ? exchange.bodyStream() : null))
                    .make();
        } catch (NotExecuted e) {
            exchange.executed = false;
            throw e;
        }
    }

    /** The body is read first: a client that sends slowly holds no thread of the extension. */
    private void callExtension(Exchange exchange) throws Exception {
        ExtensionRouting routing = services.extensions();
        if (routing == null) {
            throw PlatformServices.unavailable();
        }
        ReleaseCall call = call(exchange);
        long began = System.nanoTime();
        int status = 500;
        try {
            exchange.answer = routing.call(exchange.extension.bundleId(), exchange.caller, call);
            status = exchange.answer.status();
        } catch (PlatformException e) {
            status = e.kind().status();
            throw e;
        } catch (WebApplicationException e) {
            status = e.getResponse().getStatus();
            throw e;
        } catch (NotExecuted e) {
            status = 400;
            throw e;
        } finally {
            exchange.executed = call.isExecuted();
            exchange.leave();
            routing.answered(exchange.extension, exchange.caller.tenantId(), status, System.nanoTime() - began);
        }
    }

    private static ReleaseCall call(Exchange exchange) throws IOException {
        Route route = exchange.route;
        byte[] body = route.readsBody() ? exchange.body() : null;
        return route.external() == null
                ? new ExtensionCall(
                        route,
                        invocation(exchange, body == null ? null : new ByteArrayInputStream(body)),
                        exchange.renderContext())
                : new ExternalCall(route, invocation(exchange, null), body, exchange.renderContext());
    }

    private static Invocation invocation(Exchange exchange, InputStream body) throws IOException {
        return new Invocation(
                exchange.request(), exchange.response(), exchange.path(), exchange.pathValues, exchange.caller, body);
    }
}
