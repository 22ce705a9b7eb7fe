package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Submitted;
import org.platformforge.kernel.http.dialect.BodyBuffer;
import org.platformforge.kernel.http.dialect.Envelope;
import org.platformforge.kernel.http.dialect.RenderContext;

/**
 * Reads and writes the JSON of one module generation and dies with it: everything that remembers a module's class hangs
 * on this object. A good body is bound in one pass; only a bad one is looked at again to name all its problems.
 * Thread-safe.
 */
public final class JsonCodec implements AutoCloseable {
    private final JsonLimits limits;
    private final ObjectMapper mapper;
    private final BodyText text;
    private final Constraints constraints;
    private final Envelope envelope = new Envelope();
    private final ConcurrentHashMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();

    public JsonCodec(JsonLimits limits) {
        this.limits = limits;
        this.mapper = Mappers.create(limits);
        this.text = new BodyText(mapper.getFactory(), limits.maxFieldErrors());
        this.constraints = new Constraints(mapper);
    }

    /** The generation's mapper; its configuration must not be changed. */
    public ObjectMapper mapper() {
        return mapper;
    }

    /**
     * Binds and validates a request body. {@code null} stands for absent everywhere in it.
     *
     * @param type the parameter's type; {@code Optional<X>} allows an empty body, {@code Submitted<X>} wrong fields
     * @throws PlatformException MALFORMED when it is no JSON, VALIDATION with all wrong fields otherwise
     */
    public <T> T read(byte[] body, Type type) {
        Type lenient = argumentOf(Submitted.class, type);
        if (lenient != null) {
            @SuppressWarnings("unchecked")
            T submitted = (T) submitted(body, lenient);
            return submitted;
        }
        Type inner = argumentOf(Optional.class, type);
        Object value = body.length == 0 ? absent(inner) : bindAndValidate(body, inner == null ? type : inner);
        @SuppressWarnings("unchecked")
        T result = (T) (inner == null ? value : Optional.ofNullable(value));
        return result;
    }

    /**
     * Writes an answer's body in the dialect's envelope.
     *
     * @param entity the resource's answer; null becomes {@code data:null}, {@code {"success":true}} or nothing
     * @param context of the request; null for bare JSON
     */
    public byte[] write(Object entity, RenderContext context) {
        BodyBuffer out = new BodyBuffer(512);
        if (context != null) {
            envelope.open(out, context);
        }
        int start = out.size();
        if (entity != null) {
            append(entity, out);
        }
        if (context != null) {
            envelope.close(out, start, context);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        readers.clear();
        writers.clear();
        mapper.getTypeFactory().clearCache();
        constraints.close();
    }

    Constraints constraints() {
        return constraints;
    }

    JsonLimits limits() {
        return limits;
    }

    private void append(Object entity, BodyBuffer out) {
        try {
            if (entity instanceof Record) {
                writers.computeIfAbsent(entity.getClass(), mapper::writerFor).writeValue(out, entity);
            } else {
                mapper.writeValue(out, entity);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + entity.getClass().getName() + " as JSON", e);
        }
    }

    private static Object absent(Type inner) {
        if (inner == null) {
            throw bodyRequired();
        }
        return null;
    }

    private static PlatformException bodyRequired() {
        return PlatformException.of(ErrorKind.MALFORMED, "A request body is required");
    }

    private static Type argumentOf(Class<?> wrapper, Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == wrapper
                ? generic.getActualTypeArguments()[0]
                : null;
    }

    private Object bindAndValidate(byte[] body, Type type) {
        Problems problems = new Problems(limits.maxFieldErrors());
        Object value = bind(body, type, problems);
        if (!problems.isEmpty()) {
            throw problems.toException();
        }
        return value;
    }

    private Submitted<Object> submitted(byte[] body, Type type) {
        if (body.length == 0) {
            throw bodyRequired();
        }
        Problems problems = new Problems(limits.maxFieldErrors());
        Object value = bind(body, type, problems);
        if (value == null || problems.areTooMany()) {
            throw problems.toException();
        }
        return new Submitted<>(value, problems.found());
    }

    /** @return what could be read; null, with problems, when nothing could */
    private Object bind(byte[] body, Type type, Problems problems) {
        text.check(body);
        JavaType javaType = mapper.constructType(type);
        Object value;
        try {
            value = readers.computeIfAbsent(type, t -> mapper.readerFor(javaType))
                    .readValue(body);
        } catch (IOException e) {
            return bindTheRest(body, javaType, problems);
        }
        if (value == null) {
            throw PlatformException.of(ErrorKind.MALFORMED, "A request body is required, not null");
        }
        constraints.check(value, javaType, problems);
        return value;
    }

    private Object bindTheRest(byte[] body, JavaType type, Problems problems) {
        JsonNode tree;
        try {
            tree = mapper.readTree(body);
        } catch (JsonProcessingException e) {
            throw SyntaxErrors.explain(e, limits);
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.MALFORMED, "The body must be JSON in UTF-8");
        }
        if (tree.isMissingNode()) {
            throw bodyRequired();
        }
        boolean usable = new ShapeCheck(mapper, problems).check(tree, type, "");
        Object rest = usable ? validatedRest(tree, type, problems) : null;
        if (problems.isEmpty()) {
            problems.add("", "is not valid");
        }
        return rest;
    }

    /** What is left after the wrong parts were taken out may violate constraints too; the client hears of both. */
    private Object validatedRest(JsonNode tree, JavaType type, Problems problems) {
        Object value;
        try {
            value = mapper.readerFor(type)
                    .withAttribute(NoNullItems.REPORTED, true)
                    .readValue(tree);
        } catch (IOException e) {
            SyntaxErrors.unbindable(e, problems);
            return null;
        }
        if (value != null) {
            constraints.check(value, type, problems);
        }
        return value;
    }
}
