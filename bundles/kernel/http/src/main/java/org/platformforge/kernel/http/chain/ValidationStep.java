package org.platformforge.kernel.http.chain;

import java.io.IOException;
import org.platformforge.kernel.http.hygiene.ApiVersion;
import org.platformforge.kernel.http.hygiene.ContentNegotiation;

/** Refuses what the route cannot read or answer: version, media types, size. The fields are the JSON codec's. */
final class ValidationStep implements Step {
    @Override
    public void apply(Exchange exchange) throws IOException {
        ApiVersion.require(exchange.request().getHeader("X-API-Version"));
        ContentNegotiation.requireAcceptable(
                exchange.request().getHeader("Accept"),
                exchange.route.description().produces());
        if (exchange.route.readsBody()) {
            ContentNegotiation.requireIdentity(exchange.request().getHeader("Content-Encoding"));
            String type = exchange.request().getContentType();
            if (type != null || exchange.request().getContentLengthLong() != 0) {
                ContentNegotiation.requireContentType(
                        type, exchange.route.description().consumes());
            }
            if (!exchange.route.streamsBody()) {
                exchange.body();
            }
        }
    }
}
