package org.platformforge.kernel.http.hygiene;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.dialect.Dialects;
import org.platformforge.kernel.http.dialect.ErrorDocs;
import org.platformforge.kernel.http.dialect.ErrorRenderer;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.dialect.Rendered;
import org.platformforge.kernel.http.dialect.StatusPhrases;

/**
 * Answers what never reaches the front servlet: requests the server cannot parse (400, 414, 431) and its own errors.
 * The body is the platform's JSON and says nothing of the server or the cause. Thread-safe.
 */
public final class JettyErrorHandler extends ErrorHandler {
    private static final int NOT_FOUND = 404;

    private static final ErrorRenderer RENDERER = new ErrorRenderer();
    private final Runnable missed;

    /** @param missed is told of each request that found no servlet */
    JettyErrorHandler(Runnable missed) {
        this.missed = missed;
    }

    @Override
    public ByteBuffer badMessageError(int status, String reason, HttpFields headers) {
        String requestId = Ids.next("req_");
        Rendered body = render(status, "/", null, requestId);
        headers.put(HttpHeader.CONTENT_TYPE, body.contentType());
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put(RequestIds.HEADER, requestId);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Link", ErrorDocs.header(kind(status)));
        return ByteBuffer.wrap(body.body());
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    public void handle(String target, Request baseRequest, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        baseRequest.setHandled(true);
        if (response.getStatus() == NOT_FOUND) {
            missed.run();
        }
        answer(request, response);
    }

    /** Writes the body for the response's status, in the dialect of the request's path. */
    public static void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String requestId = RequestIds.of(request);
        Rendered body = render(response.getStatus(), request.getRequestURI(), request.getHeader("Accept"), requestId);
        response.setContentType(body.contentType());
        response.setContentLength(body.body().length);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader(RequestIds.HEADER, requestId);
        response.setHeader("Link", ErrorDocs.header(kind(response.getStatus())));
        new SecurityHeaders(false).apply(response);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body.body());
        }
    }

    private static Rendered render(int status, String path, String accept, String requestId) {
        String shownPath = HeaderText.safe(path == null ? "/" : path);
        RenderContext context = new RenderContext(
                Dialects.ofPath(shownPath), requestId, shownPath, ContentNegotiation.wantsProblem(accept));
        return RENDERER.render(PlatformException.of(kind(status), StatusPhrases.of(status)), status, context);
    }

    /** The first kind with this status; what Jetty refuses as such (501, 505, other 4xx) is the request's fault. */
    static ErrorKind kind(int status) {
        if (status == 501 || status == 505) {
            return ErrorKind.MALFORMED;
        }
        for (ErrorKind kind : ErrorKind.values()) {
            if (kind.status() == status) {
                return kind;
            }
        }
        return status >= 400 && status < 500 ? ErrorKind.MALFORMED : ErrorKind.INTERNAL;
    }
}
