package org.platformforge.extension.testkit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Endpoint;

/**
 * Finds the resource method for a request and calls it. It knows what extensions mostly use of JAX-RS: path templates,
 * {@code @PathParam}, {@code @QueryParam}, {@code @DefaultValue}, {@code @Context Caller} and one JSON body; anything else is an
 * error of the test, never a wrong answer. Bean Validation is left to the platform.
 */
final class Dispatcher {
    /** As the platform has it. */
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final Pattern TEMPLATE = Pattern.compile("\\{\\s*(\\w+)\\s*(?::\\s*((?:[^{}]|\\{[^{}]*})*))?}");

    private final List<Object> resources;
    private final Caller caller;

    Dispatcher(List<Object> resources, Caller caller) {
        this.resources = resources;
        this.caller = caller;
    }

    private record Match(Object resource, Method method, Map<String, String> path) {}

    Answer dispatch(String verb, String target, Object body) throws Exception {
        URI uri = URI.create(target.startsWith("/") ? target : "/" + target);
        List<Match> matches = resources.stream()
                .flatMap(resource -> matches(resource, uri.getRawPath()))
                .toList();
        if (matches.isEmpty()) {
            return refused(PlatformException.of(ErrorKind.NOT_FOUND, "There is no route " + uri.getPath()));
        }
        List<Match> fitting = matches.stream()
                .filter(match -> verb.equals(verb(match.method())))
                .toList();
        if (fitting.isEmpty()) {
            return refused(PlatformException.of(ErrorKind.METHOD_NOT_ALLOWED, verb + " is not for " + uri.getPath()));
        }
        // a literal part of a path comes before a template
        Match match = fitting.stream()
                .min(java.util.Comparator.comparingInt(one -> one.path().size()))
                .orElseThrow();
        return call(match, uri, body);
    }

    private static Stream<Match> matches(Object resource, String path) {
        Path root = resource.getClass().getAnnotation(Path.class);
        return Arrays.stream(resource.getClass().getMethods())
                .filter(method -> verb(method) != null)
                .flatMap(method -> {
                    Path sub = method.getAnnotation(Path.class);
                    Map<String, String> values = match(root.value() + "/" + (sub == null ? "" : sub.value()), path);
                    return values == null ? Stream.empty() : Stream.of(new Match(resource, method, values));
                });
    }

    private static String verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(java.util.Objects::nonNull)
                .map(HttpMethod::value)
                .findFirst()
                .orElse(null);
    }

    private static Map<String, String> match(String template, String path) {
        StringBuilder pattern = new StringBuilder();
        Map<String, Integer> groups = new HashMap<>();
        Matcher matcher = TEMPLATE.matcher(trim(template));
        int at = 0;
        while (matcher.find()) {
            pattern.append(Pattern.quote(trim(template).substring(at, matcher.start())));
            pattern.append("(?<").append("g").append(groups.size()).append('>');
            pattern.append(matcher.group(2) == null ? "[^/]+" : matcher.group(2).strip())
                    .append(')');
            groups.put(matcher.group(1), groups.size());
            at = matcher.end();
        }
        pattern.append(Pattern.quote(trim(template).substring(at)));
        Matcher found = Pattern.compile(pattern.toString()).matcher(trim(path));
        if (!found.matches()) {
            return null;
        }
        Map<String, String> values = new HashMap<>();
        groups.forEach((name, group) -> values.put(name, decode(found.group("g" + group))));
        return values;
    }

    private static String trim(String path) {
        return path.replaceAll("/+", "/").replaceAll("^/|/$", "");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private Answer call(Match match, URI uri, Object body) throws Exception {
        Endpoint endpoint = match.method().getAnnotation(Endpoint.class);
        if (endpoint == null) {
            throw new IllegalStateException(match.method() + " has no @Endpoint: the platform would not serve it");
        }
        if (!endpoint.permission().equals(Endpoint.ANY_CALLER) && !caller.isPermitted(endpoint.permission())) {
            return refused(PlatformException.of(
                    ErrorKind.FORBIDDEN, "The permission " + endpoint.permission() + " is missing"));
        }
        try {
            Map<String, String> query = query(uri.getRawQuery());
            Object[] arguments = Arrays.stream(match.method().getParameters())
                    .map(parameter -> argument(parameter, match.path(), query, body))
                    .toArray();
            return answer(endpoint, match.method().invoke(match.resource(), arguments));
        } catch (PlatformException e) {
            return refused(e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof PlatformException refusal) {
                return refused(refusal);
            }
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Answer refused(PlatformException e) {
        return new Answer(
                e.kind().status(),
                e.fields().isEmpty() ? MissingNode.getInstance() : MAPPER.valueToTree(e.fields()),
                e.getMessage(),
                Map.of());
    }

    private static Answer answer(Endpoint endpoint, Object result) {
        if (result instanceof Response response) {
            return new Answer(response.getStatus(), json(response.getEntity()), "", response.getHeaders());
        }
        return new Answer(result == null ? 204 : endpoint.status(), json(result), "", Map.of());
    }

    private static JsonNode json(Object value) {
        return value == null ? MissingNode.getInstance() : MAPPER.valueToTree(value);
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.putIfAbsent(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private Object argument(Parameter parameter, Map<String, String> path, Map<String, String> query, Object body) {
        DefaultValue preset = parameter.getAnnotation(DefaultValue.class);
        if (parameter.isAnnotationPresent(PathParam.class)) {
            return convert(
                    parameter, path.get(parameter.getAnnotation(PathParam.class).value()));
        }
        if (parameter.isAnnotationPresent(QueryParam.class)) {
            String value = query.get(parameter.getAnnotation(QueryParam.class).value());
            return convert(parameter, value == null && preset != null ? preset.value() : value);
        }
        if (parameter.isAnnotationPresent(Context.class) && parameter.getType() == Caller.class) {
            return caller;
        }
        for (Annotation annotation : parameter.getAnnotations()) {
            if (annotation.annotationType().getName().startsWith("javax.ws.rs")) {
                throw new UnsupportedOperationException("The testkit does not know " + annotation + " of " + parameter);
            }
        }
        return body(parameter, body);
    }

    private static Object body(Parameter parameter, Object body) {
        try {
            return MAPPER.readValue(
                    MAPPER.writeValueAsBytes(body), MAPPER.constructType(parameter.getParameterizedType()));
        } catch (java.io.IOException e) {
            throw PlatformException.of(
                            ErrorKind.MALFORMED,
                            "The body is no " + parameter.getType().getSimpleName())
                    .withCause(e);
        }
    }

    private static Object convert(Parameter parameter, String value) {
        if (value == null && parameter.getType().isPrimitive()) {
            return MAPPER.convertValue(parameter.getType() == boolean.class ? "false" : "0", parameter.getType());
        }
        try {
            return MAPPER.convertValue(value, parameter.getType());
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.MALFORMED,
                            parameter.getName() + " is no "
                                    + parameter.getType().getSimpleName())
                    .withCause(e);
        }
    }
}
