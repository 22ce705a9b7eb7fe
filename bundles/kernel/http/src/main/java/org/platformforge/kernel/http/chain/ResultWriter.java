package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.ws.rs.core.GenericEntity;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.generation.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an answer of what a resource method returned. Thread-safe. */
final class ResultWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
    private final boolean files;

    private static final String JSON = "application/json";
    private static final String BYTES = "application/octet-stream";
    private static final String CONTENT_TYPE = "Content-Type";

    /** @param files whether a resource may answer with a file of this machine by its path */
    ResultWriter(boolean files) {
        this.files = files;
    }

    Answer answer(Route route, Object result, RenderContext context) throws Exception {
        if (!(result instanceof Response response)) {
            return entity(route, context, route.status(), null, result);
        }
        int status = response.getStatus();
        String type =
                response.getMediaType() == null ? null : response.getMediaType().toString();
        boolean bodiless = status == 204 || status == 304 || (status >= 300 && !response.hasEntity());
        Answer answer = bodiless ? new Answer(status) : entity(route, context, status, type, response.getEntity());
        for (Map.Entry<String, List<String>> header :
                response.getStringHeaders().entrySet()) {
            if (!header.getKey().equalsIgnoreCase(CONTENT_TYPE)) {
                header.getValue().forEach(value -> answer.header(header.getKey(), value));
            }
        }
        return answer;
    }

    private Answer entity(Route route, RenderContext context, int status, String given, Object returned)
            throws Exception {
        Object entity = returned instanceof GenericEntity<?> generic ? generic.getEntity() : returned;
        String type = given == null ? declared(route) : given;
        if (entity instanceof StreamingOutput output) {
            return Answer.streamed(status, type == null ? BYTES : type, output::write, -1);
        }
        if (entity instanceof InputStream input) {
            return Answer.streamed(status, type == null ? BYTES : type, out -> copy(input, out), -1);
        }
        if (entity instanceof Path file && files) {
            return Answer.streamed(status, type == null ? BYTES : type, out -> Files.copy(file, out), Files.size(file));
        }
        if (entity instanceof byte[] bytes) {
            return Answer.of(status, type == null ? BYTES : type, bytes);
        }
        if (entity instanceof CharSequence text) {
            return Answer.of(status, text(type), text.toString().getBytes(StandardCharsets.UTF_8));
        }
        return json(route, context, status, type, entity);
    }

    private static Answer json(Route route, RenderContext context, int status, String type, Object entity)
            throws Exception {
        if (type != null && !isJson(type)) {
            throw new IllegalStateException(
                    route.operationId() + " returned " + entity + ", which cannot be written as " + type);
        }
        byte[] body = route.operation().codec().write(entity, context);
        if (body.length == 0) {
            return new Answer(status == 200 ? 204 : status);
        }
        return Answer.of(status, type == null ? JSON : type, body);
    }

    private static String declared(Route route) {
        List<String> produces = route.description().produces();
        return produces.isEmpty() ? null : produces.get(0);
    }

    private static String text(String type) {
        if (type == null) {
            return "text/plain;charset=UTF-8";
        }
        boolean plain =
                type.startsWith("text/") && !type.toLowerCase(Locale.ROOT).contains("charset");
        return plain ? type + ";charset=UTF-8" : type;
    }

    private static boolean isJson(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith(JSON) || lower.split(";", 2)[0].trim().endsWith("+json");
    }

    /** Closes the stream that a resource method returned, read or not: after HEAD, a 304, or when nobody waits. */
    static void close(Object result) {
        Object entity = result instanceof Response response ? response.getEntity() : result;
        Object content = entity instanceof GenericEntity<?> generic ? generic.getEntity() : entity;
        if (content instanceof InputStream input) {
            try {
                input.close();
            } catch (IOException e) {
                LOG.debug("A resource's stream could not be closed", e);
            }
        }
    }

    private static void copy(InputStream input, OutputStream out) throws IOException {
        try (input) {
            input.transferTo(out);
        }
    }
}
