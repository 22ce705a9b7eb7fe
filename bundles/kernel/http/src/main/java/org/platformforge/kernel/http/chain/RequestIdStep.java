package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.api.trace.TraceContext;
import org.platformforge.kernel.http.dialect.Dialects;
import org.platformforge.kernel.http.hygiene.ContentNegotiation;
import org.platformforge.kernel.http.hygiene.RequestGuard;
import org.platformforge.kernel.http.hygiene.RequestIds;
import org.slf4j.MDC;

/**
 * Continues or begins the request's trace. Names the request: by the trace id of a valid {@code traceparent}, by the client's {@code X-Request-Id}, or by a new
 * one; then refuses what is no decent HTTP request at all.
 */
final class RequestIdStep implements Step {
    private static final String MDC_REQUEST = "request_id";
    private static final String MDC_TRACE = "trace_id";
    private static final String MDC_SPAN = "span_id";
    static final String MDC_TENANT = "tenant_id";

    @Override
    public void apply(Exchange exchange) {
        exchange.trace = TraceContext.of(
                exchange.request().getHeader(TraceContext.PARENT_HEADER),
                exchange.request().getHeader(TraceContext.STATE_HEADER));
        exchange.requestId = RequestIds.of(exchange.request(), exchange.trace);
        exchange.remoteAddress = exchange.request().getRemoteAddr();
        exchange.problemJson =
                ContentNegotiation.wantsProblem(exchange.request().getHeader("Accept"));
        exchange.dialect = Dialects.ofPath(exchange.path());
        remember(exchange);
        exchange.settings().requestLimits().check(exchange.request());
        RequestGuard.check(exchange.request());
    }

    /** Puts the request's names into the log lines of this thread; {@link #forget} takes them out. */
    static void remember(Exchange exchange) {
        MDC.put(MDC_REQUEST, exchange.requestId);
        MDC.put(MDC_TRACE, exchange.trace.traceId());
        MDC.put(MDC_SPAN, exchange.trace.spanId());
        if (exchange.caller != null) {
            MDC.put(MDC_TENANT, exchange.caller.tenantId());
        }
    }

    static void forget() {
        MDC.remove(MDC_REQUEST);
        MDC.remove(MDC_TRACE);
        MDC.remove(MDC_SPAN);
        MDC.remove(MDC_TENANT);
    }
}
