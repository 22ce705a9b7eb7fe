package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.http.hygiene.SecurityHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the answer: headers, then the body with its length, or the stream as it comes. */
final class SendStep implements AnswerStep {
    private static final Logger LOG = LoggerFactory.getLogger(SendStep.class);

    private final PlatformServices services;

    SendStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void answered(Exchange exchange) throws IOException {
        Answer answer = exchange.answer;
        HttpServletResponse response = exchange.response();
        if (response.isCommitted()) {
            return;
        }
        if (!answer.isStream()) { // which may be made of the body
            Connections.closeUnlessRead(exchange.request());
        }
        chainHeaders(exchange, response);
        for (Map.Entry<String, List<String>> header : answer.headers().entrySet()) {
            List<String> values = header.getValue();
            if (header.getKey().equalsIgnoreCase("Vary")) {
                response.addHeader("Vary", values.get(0));
            } else {
                response.setHeader(header.getKey(), values.get(0));
            }
            for (int i = 1; i < values.size(); i++) {
                response.addHeader(header.getKey(), values.get(i));
            }
        }
        if (isNotModified(exchange, answer)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setStatus(answer.status());
        if (answer.contentType() != null) {
            response.setContentType(answer.contentType());
        }
        if (answer.isStream()) {
            stream(exchange, answer, response);
        } else {
            body(exchange, answer, response);
        }
    }

    private static void chainHeaders(Exchange exchange, HttpServletResponse response) {
        response.setHeader("X-Request-Id", exchange.requestId);
        exchange.settings().securityHeaders().apply(response);
        if (exchange.caller != null && exchange.caller.scheme() != Caller.Scheme.NONE) {
            SecurityHeaders.noStore(response);
        }
        exchange.settings().cors().apply(exchange.request(), response);
        if (exchange.allow != null) {
            response.setHeader("Allow", exchange.allow);
        }
        RateLimiter.Decision limit = exchange.rateLimit;
        if (limit != null) {
            RateLimitHeaders.apply(limit, response);
        }
    }

    private static boolean isNotModified(Exchange exchange, Answer answer) {
        List<String> tag = answer.headers().get("ETag");
        String known = tag == null ? null : exchange.request().getHeader("If-None-Match");
        if (known == null || answer.status() != 200 || !exchange.isSafe()) {
            return false;
        }
        String opaque = opaque(tag.get(0));
        for (String candidate : known.split(",")) {
            if (candidate.trim().equals("*") || opaque(candidate.trim()).equals(opaque)) {
                return true;
            }
        }
        return false;
    }

    /** Weak comparison (RFC 9110, 8.8.3.2). */
    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    private static void body(Exchange exchange, Answer answer, HttpServletResponse response) throws IOException {
        byte[] body = answer.body();
        if (answer.status() == 204 || answer.status() == 304) {
            return;
        }
        if (body.length > 0 && !exchange.isStreaming()) {
            byte[] compressed = exchange.settings()
                    .gzip()
                    .compress(exchange.request().getHeader("Accept-Encoding"), answer.contentType(), body);
            if (compressed != null) {
                response.setHeader("Content-Encoding", "gzip");
                response.addHeader("Vary", "Accept-Encoding");
                body = compressed;
            }
        }
        response.setContentLength(body.length);
        if (!exchange.isHead() && body.length > 0) {
            response.getOutputStream().write(body);
        }
    }

    private void stream(Exchange exchange, Answer answer, HttpServletResponse response) throws IOException {
        if (answer.streamLength() >= 0) {
            response.setContentLengthLong(answer.streamLength());
        }
        if (exchange.isHead()) {
            return;
        }
        if (exchange.route.streaming()) {
            response.flushBuffer();
        }
        try (AccountAccess.Watch suspension = watch(exchange)) {
            answer.stream()
                    .writeTo(
                            exchange.route.streaming() && answer.streamLength() < 0
                                    ? new PromptOutputStream(response.getOutputStream())
                                    : response.getOutputStream());
        } catch (IOException e) {
            // the client's end or the resource's source: an orderly end would make what is missing look complete
            LOG.debug("The stream of {} broke off, request {}", exchange.route.operationId(), exchange.requestId, e);
            if (!Connections.cut(exchange.request(), e)) {
                throw new BrokenStreamException(e);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("The stream of {} broke off, request {}", exchange.route.operationId(), exchange.requestId, e);
            throw new BrokenStreamException(e);
        }
    }

    /** A stream outlives the check of its credential: it is cut when the person behind it is suspended. */
    private AccountAccess.Watch watch(Exchange exchange) {
        AccountAccess access = services.accountAccess();
        boolean someone = exchange.caller != null && exchange.caller.scheme() != Caller.Scheme.NONE;
        if (access == null || !someone || !exchange.route.streaming()) {
            return () -> {};
        }
        return access.onSuspension(
                exchange.caller,
                () -> Connections.cut(exchange.request(), new IOException("The caller has been suspended")));
    }
}
