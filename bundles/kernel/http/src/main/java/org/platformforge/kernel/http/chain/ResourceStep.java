package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.http.generation.Invocation;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.generation.Operation;

/** Calls the resource. */
final class ResourceStep implements Step {
    @Override
    public void apply(Exchange exchange) throws Exception {
        Operation operation = exchange.route.operation();
        exchange.executed = true;
        try {
            exchange.result = operation.invoke(new Invocation(
                    exchange.request(),
                    exchange.response(),
                    exchange.path(),
                    exchange.pathValues,
                    exchange.caller,
                    operation.readsBody() ? exchange.bodyStream() : null));
        } catch (NotExecuted e) {
            exchange.executed = false;
            throw e;
        }
    }
}
