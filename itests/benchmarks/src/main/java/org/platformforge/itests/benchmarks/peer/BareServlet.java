package org.platformforge.itests.benchmarks.peer;

import java.io.IOException;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Answers GET with the bytes that were PUT. */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/bench/servlet",
            "osgi.http.whiteboard.servlet.name=bench-servlet"
        })
public final class BareServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Sample sample;

    @Activate
    public BareServlet(@Reference Sample sample) {
        this.sample = sample;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = sample.bytes();
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    @Override
    protected void doPut(HttpServletRequest request, HttpServletResponse response) throws IOException {
        sample.set(request.getInputStream().readAllBytes());
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
