package org.platformforge.gateway.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * An answer of the gateway itself. Its texts are constants: nothing of a request stands in it, so nothing needs to be
 * escaped.
 *
 * @param code machine name in the JSON form
 * @param retryAfter seconds, or 0
 */
record GatewayPage(int status, String code, String title, String message, int retryAfter) {
    static final GatewayPage NO_SUCH_HOST = new GatewayPage(
            404, "NOT_FOUND", "No application here", "No application has this host name on this platform.", 0);
    static final GatewayPage BAD_GATEWAY = new GatewayPage(
            502,
            "BAD_GATEWAY",
            "The application did not answer",
            "The application refused or broke the connection.",
            0);
    static final GatewayPage TIMEOUT = new GatewayPage(
            504, "GATEWAY_TIMEOUT", "The application is too slow", "The application did not answer in time.", 0);
    static final GatewayPage AWAY = new GatewayPage(
            503,
            "SERVICE_UNAVAILABLE",
            "The application is not running",
            "The application is not running at the moment. It may be starting again.",
            5);
    static final GatewayPage BUSY = new GatewayPage(
            503,
            "SERVICE_UNAVAILABLE",
            "The application is busy",
            "Too many requests are waiting for the application.",
            1);
    static final GatewayPage NO_UPGRADE = new GatewayPage(
            501, "NOT_IMPLEMENTED", "No WebSocket on this connection", "WebSocket needs a connection of HTTP/1.1.", 0);
    static final GatewayPage BROKEN_REQUEST = new GatewayPage(
            400, "BAD_REQUEST", "Broken request", "The request could not be read, or not to its end.", 0);

    /** Writes it as HTML to browsers and as JSON to everybody else. Blocks as long as writing takes. */
    void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String accept = request.getHeader("Accept");
        boolean html = accept != null && accept.contains("text/html");
        byte[] body = (html ? html() : json()).getBytes(StandardCharsets.UTF_8);
        response.reset();
        response.setStatus(status);
        response.setHeader("Content-Type", html ? "text/html;charset=utf-8" : "application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Vary", "Accept");
        if (retryAfter > 0) {
            response.setIntHeader("Retry-After", retryAfter);
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    private String html() {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title
                + "</title></head>\n<body><h1>" + title + "</h1><p>" + message + "</p><p>" + status + " · " + code
                + "</p></body></html>\n";
    }

    private String json() {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\",\"details\":{}}}\n";
    }
}
