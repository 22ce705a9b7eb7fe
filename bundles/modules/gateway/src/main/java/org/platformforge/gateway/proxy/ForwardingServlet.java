package org.platformforge.gateway.proxy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.api.Request;
import org.eclipse.jetty.client.api.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.proxy.AsyncProxyServlet;
import org.eclipse.jetty.util.Callback;
import org.platformforge.gateway.domain.Backends;
import org.platformforge.gateway.domain.GatewayConfig;
import org.platformforge.gateway.domain.Traffic;
import org.platformforge.kernel.api.trace.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's asynchronous proxy with one target for each request: the application of its {@link Exchange}. Never
 * registered as a servlet; {@link GatewayHandler} calls it. Thread-safe.
 */
final class ForwardingServlet extends AsyncProxyServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ForwardingServlet.class);
    private static final String WRITER = FlushingWriter.class.getName();
    private static final String EVENT_STREAM = "text/event-stream";
    private static final int MOST_ATTEMPTS = 3;
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    /** What says where a request came from is said by the gateway alone. */
    private static final Set<String> FORWARDED = Set.of(
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-port",
            "x-forwarded-server",
            "x-forwarded-prefix",
            "x-real-ip");

    private final transient Backends backends;
    private final transient Traffic traffic;
    private final transient GatewayConfig settings;

    ForwardingServlet(Backends backends, Traffic traffic, GatewayConfig settings) {
        this.backends = backends;
        this.traffic = traffic;
        this.settings = settings;
    }

    @Override
    protected HttpClient newHttpClient() {
        HttpClient client = super.newHttpClient();
        client.setConnectTimeout(TimeUnit.SECONDS.toMillis(settings.connect_timeout()));
        client.setMaxRequestsQueuedPerDestination(settings.max_queued());
        client.setRemoveIdleDestinations(true);
        return client;
    }

    @Override
    protected String rewriteTarget(HttpServletRequest request) {
        String query = request.getQueryString();
        return "http://" + Exchange.of(request).upstream().address() + RequestTarget.encode(request.getRequestURI())
                + (query == null ? "" : "?" + RequestTarget.encode(query));
    }

    @Override
    protected void copyRequestHeaders(HttpServletRequest request, Request upstream) {
        super.copyRequestHeaders(request, upstream);
        FORWARDED.forEach(upstream.getHeaders()::remove);
        TraceContext trace = TraceContext.of(
                request.getHeader(TraceContext.PARENT_HEADER), request.getHeader(TraceContext.STATE_HEADER));
        upstream.getHeaders().put(TraceContext.PARENT_HEADER, trace.traceparent());
        if (trace.state().isEmpty()) {
            upstream.getHeaders().remove(TraceContext.STATE_HEADER); // of no trace, or nothing that may be passed on
        }
    }

    @Override
    protected void addXForwardedHeaders(HttpServletRequest request, Request upstream) {
        upstream.header(HttpHeader.X_FORWARDED_FOR, request.getRemoteAddr());
        upstream.header(HttpHeader.X_FORWARDED_PROTO, request.getScheme());
        upstream.header(HttpHeader.X_FORWARDED_HOST, request.getHeader("Host"));
    }

    @Override
    protected void sendProxyRequest(HttpServletRequest request, HttpServletResponse response, Request upstream) {
        WebSocketUpgrade.apply(request, response, upstream, getHttpClient());
        AnswerTimer timer = new AnswerTimer(upstream, getHttpClient().getScheduler(), settings.response_timeout());
        upstream.onRequestSuccess(sent -> timer.start());
        upstream.onResponseBegin(begun -> timer.stop());
        upstream.onComplete(done -> timer.stop());
        super.sendProxyRequest(request, response, upstream);
    }

    @Override
    protected void onServerResponseHeaders(
            HttpServletRequest request, HttpServletResponse response, Response upstream) {
        Exchange.of(request).answered(upstream.getStatus());
        // the application's own, or none; not both
        response.setHeader("Date", null);
        response.setHeader("Server", null);
        super.onServerResponseHeaders(request, response, upstream);
        String type = upstream.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type != null && type.startsWith(EVENT_STREAM)) {
            sendHead(response, upstream);
        }
    }

    /** A stream is open for its client when the head is there, which may be long before the first event. */
    private static void sendHead(HttpServletResponse response, Response upstream) {
        try {
            response.flushBuffer();
        } catch (IOException e) {
            upstream.abort(e);
        }
    }

    @Override
    protected String filterServerResponseHeader(
            HttpServletRequest request, Response upstream, String name, String value) {
        boolean ofConnection = upstream.getHeaders().getValuesList(HttpHeader.CONNECTION).stream()
                .flatMap(list -> Stream.of(list.split(",")))
                .anyMatch(named -> named.trim().equalsIgnoreCase(name));
        return ofConnection ? null : value;
    }

    @Override
    protected void onResponseContent(
            HttpServletRequest request,
            HttpServletResponse response,
            Response upstream,
            byte[] buffer,
            int offset,
            int length,
            Callback callback) {
        try {
            FlushingWriter writer = (FlushingWriter) request.getAttribute(WRITER);
            if (writer == null) {
                writer = new FlushingWriter(response.getOutputStream(), upstream);
                request.setAttribute(WRITER, writer);
                writer.offer(buffer, offset, length, callback);
                response.getOutputStream().setWriteListener(writer);
            } else {
                writer.offer(buffer, offset, length, callback);
                writer.onWritePossible();
            }
        } catch (IOException | RuntimeException e) {
            callback.failed(e);
            upstream.abort(e);
        }
    }

    @Override
    protected void onClientRequestFailure(
            HttpServletRequest request, Request upstream, HttpServletResponse response, Throwable failure) {
        // the client's fault, not the application's
        Exchange.of(request).answered(GatewayPage.BROKEN_REQUEST.status());
        super.onClientRequestFailure(request, upstream, response, failure);
    }

    @Override
    protected int clientRequestStatus(Throwable failure) {
        return GatewayPage.BROKEN_REQUEST.status();
    }

    @Override
    protected void onProxyResponseFailure(
            HttpServletRequest request, HttpServletResponse response, Response upstream, Throwable failure) {
        LOG.debug(
                "No answer for {} of {}",
                request.getMethod(),
                Exchange.of(request).route(),
                failure);
        if (repeat(request, response, failure)) {
            return;
        }
        // an engine may take its time to say how the application is, and a client's thread must not wait for it
        try {
            getHttpClient().getExecutor().execute(() -> answer(request, response, page(request, failure)));
        } catch (RejectedExecutionException e) {
            answer(request, response, GatewayPage.AWAY);
        }
    }

    /**
     * Asks another application where that can do no harm: when this one took no connection, or broke it off before it
     * answered what changes nothing (RFC 9110, 9.2.2). What has a body is not repeated, for it may have been read.
     */
    private boolean repeat(HttpServletRequest request, HttpServletResponse response, Throwable failure) {
        Exchange exchange = Exchange.of(request);
        boolean refused = failure instanceof ConnectException || failure instanceof SocketTimeoutException;
        if (exchange.isAnswered() || !refused && !(failure instanceof IOException)) {
            return false;
        }
        traffic.suspect(exchange.upstream());
        int most = refused ? MOST_ATTEMPTS : SAFE.contains(request.getMethod()) ? 2 : 1;
        if (exchange.attempts() >= most || hasContent(request) || !exchange.moveOn()) {
            return false;
        }
        Request again = newProxyRequest(request, rewriteTarget(request));
        copyRequestHeaders(request, again);
        addProxyHeaders(request, again);
        again.timeout(getTimeout(), TimeUnit.MILLISECONDS);
        sendProxyRequest(request, response, again);
        return true;
    }

    private GatewayPage page(HttpServletRequest request, Throwable failure) {
        if (failure instanceof RejectedExecutionException) {
            return GatewayPage.BUSY;
        }
        if (backends.isAway(Exchange.of(request).upstream().backend())) {
            return GatewayPage.AWAY;
        }
        return failure instanceof TimeoutException ? GatewayPage.TIMEOUT : GatewayPage.BAD_GATEWAY;
    }

    @Override
    protected void sendProxyResponseError(HttpServletRequest request, HttpServletResponse response, int status) {
        answer(request, response, status == 400 ? GatewayPage.BROKEN_REQUEST : GatewayPage.BAD_GATEWAY);
    }

    private static void answer(HttpServletRequest request, HttpServletResponse response, GatewayPage page) {
        Exchange.of(request).answered(page.status());
        try {
            if (response.isCommitted()) {
                // the only way left to say that the answer is not whole
                response.sendError(-1);
            } else {
                page.send(request, response);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The client does not take the answer", e);
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().complete();
            }
        }
    }
}
