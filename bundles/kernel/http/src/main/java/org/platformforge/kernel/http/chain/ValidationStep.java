package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.util.List;
import org.platformforge.kernel.http.hygiene.ApiVersion;
import org.platformforge.kernel.http.hygiene.ContentNegotiation;

/** Refuses what the route cannot read or answer: version, media types, size. The fields are the JSON codec's. */
final class ValidationStep implements Step {
    private static final String JSON = "application/json";

    @Override
    public void apply(Exchange exchange) throws IOException {
        ApiVersion.require(exchange.request().getHeader("X-API-Version"));
        ContentNegotiation.requireAcceptable(
                exchange.request().getHeader("Accept"),
                exchange.route.description().produces());
        if (exchange.route.readsBody()) {
            ContentNegotiation.requireIdentity(exchange.request().getHeader("Content-Encoding"));
            String type = exchange.request().getContentType();
            List<String> consumes = exchange.route.description().consumes();
            // nothing at all is taken for JSON, by a route that takes JSON
            long length = exchange.request().getContentLengthLong();
            boolean none = length < 0 && exchange.request().getHeader("Transfer-Encoding") == null;
            boolean empty = type == null && (length == 0 || none);
            if (!empty || !consumes.isEmpty() && !consumes.contains(JSON)) {
                ContentNegotiation.requireContentType(type, consumes);
            }
            if (!exchange.route.streamsBody()) {
                exchange.body();
            }
        }
    }
}
