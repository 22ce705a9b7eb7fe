package org.platformforge.kernel.http.json;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Set;
import javax.ws.rs.Consumes;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.StreamingOutput;
import javax.ws.rs.ext.MessageBodyReader;
import javax.ws.rs.ext.MessageBodyWriter;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.PhaseInterceptorChain;
import org.platformforge.kernel.http.dialect.RenderContext;

/**
 * The generation's codec as a JAX-RS provider. The media types were negotiated by the request chain, so it takes every
 * entity that is no stream or text. The {@link RenderContext} comes with the CXF message; without one the JSON is bare.
 */
@Consumes({MediaType.APPLICATION_JSON, "application/*+json"})
@Produces({MediaType.APPLICATION_JSON, "application/*+json"})
public final class JsonProvider implements MessageBodyReader<Object>, MessageBodyWriter<Object> {
    private static final Set<Class<?>> NOT_JSON =
            Set.of(String.class, byte[].class, InputStream.class, Reader.class, File.class, StreamingOutput.class);

    private final JsonCodec codec;

    public JsonProvider(JsonCodec codec) {
        this.codec = codec;
    }

    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return isJson(type);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        return codec.read(body.readAllBytes(), genericType == null ? type : genericType);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return isJson(type);
    }

    @Override
    public void writeTo(
            Object entity,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        Message message = PhaseInterceptorChain.getCurrentMessage();
        RenderContext context =
                message == null ? null : message.getExchange().getInMessage().get(RenderContext.class);
        out.write(codec.write(entity, context));
    }

    private static boolean isJson(Class<?> type) {
        return NOT_JSON.stream().noneMatch(other -> other.isAssignableFrom(type));
    }
}
