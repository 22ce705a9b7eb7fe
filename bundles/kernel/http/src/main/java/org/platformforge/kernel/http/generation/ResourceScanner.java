package org.platformforge.kernel.http.generation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.ws.rs.Consumes;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.container.DynamicFeature;
import javax.ws.rs.container.Suspended;
import javax.ws.rs.core.Feature;
import javax.ws.rs.ext.ContextResolver;
import javax.ws.rs.ext.ExceptionMapper;
import javax.ws.rs.ext.MessageBodyReader;
import javax.ws.rs.ext.MessageBodyWriter;
import javax.ws.rs.ext.ParamConverterProvider;
import javax.ws.rs.ext.Provider;
import javax.ws.rs.ext.ReaderInterceptor;
import javax.ws.rs.ext.WriterInterceptor;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.route.PathTemplate;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

/** Reads the routes of resource classes from their annotations and finds everything that is wrong with them. */
final class ResourceScanner {
    /** One action, not a wildcard: {@code thing:verb}. */
    private static final Pattern PERMISSION = Pattern.compile("[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*)+");

    private static final List<Class<?>> PROVIDERS = List.of(
            ContainerRequestFilter.class,
            ContainerResponseFilter.class,
            ContextResolver.class,
            DynamicFeature.class,
            ExceptionMapper.class,
            Feature.class,
            MessageBodyReader.class,
            MessageBodyWriter.class,
            ParamConverterProvider.class,
            ReaderInterceptor.class,
            WriterInterceptor.class);

    private final RouteScope scope;
    private final List<RouteDescription> routes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    ResourceScanner(RouteScope scope) {
        this.scope = scope;
        scope.problem().ifPresent(problems::add);
    }

    /** The routes in the order of the classes and of their templates. */
    List<RouteDescription> routes() {
        return routes;
    }

    /** Empty when every class and method is fit to be served. */
    List<String> problems() {
        checkDuplicates();
        return problems;
    }

    void scan(Class<?> resource) {
        if (resource.isAnnotationPresent(Provider.class) || isProvider(resource)) {
            problems.add(resource.getName() + " is a JAX-RS provider or filter, and these are the platform's alone");
            return;
        }
        Api api = resource.getAnnotation(Api.class);
        Path base = resource.getAnnotation(Path.class);
        if (api == null || base == null) {
            problems.add(resource.getName() + " has no " + (api == null ? "@Api" : "@Path"));
            return;
        }
        Map<String, Method> methods = new LinkedHashMap<>();
        for (Method method : resource.getMethods()) {
            if (!method.isBridge() && !method.isSynthetic()) {
                scan(resource, api, base, method, methods);
            }
        }
        if (methods.isEmpty()) {
            problems.add(resource.getName() + " has no resource method");
        }
    }

    /** What it would do to requests would silently not be done. */
    private static boolean isProvider(Class<?> resource) {
        return PROVIDERS.stream().anyMatch(type -> type.isAssignableFrom(resource));
    }

    private void scan(Class<?> resource, Api api, Path base, Method method, Map<String, Method> methods) {
        String http = httpMethod(method);
        if (http == null) {
            if (method.isAnnotationPresent(Path.class)) {
                problems.add(name(method) + " is a sub-resource locator; only full paths are served");
            }
            return;
        }
        methods.put(method.toGenericString(), method);
        Endpoint endpoint = method.getAnnotation(Endpoint.class);
        if (endpoint == null) {
            problems.add(name(method) + " has no @Endpoint");
            return;
        }
        Path own = method.getAnnotation(Path.class);
        String path = join(base.value(), own == null ? "" : own.value());
        check(method, endpoint, path);
        String template = scope.path(path);
        try {
            PathTemplate.compile(template);
        } catch (IllegalArgumentException e) {
            problems.add(name(method) + ": " + e.getMessage());
            return;
        }
        routes.add(new RouteDescription(
                scope,
                http,
                template,
                api.dialect(),
                scope.tag(api.tag()),
                resource,
                method,
                endpoint,
                consumes(resource, method),
                produces(resource, method)));
    }

    private void check(Method method, Endpoint endpoint, String path) {
        if (scope.isExtension()) {
            problems.addAll(ExtensionRules.problems(name(method), endpoint, path));
            if (List.of(method.getParameterTypes()).contains(Drain.class)) {
                problems.add(name(method) + ": an extension takes no @Context Drain");
            }
        } else {
            checkPermission(method, endpoint);
        }
        if (!scope.isExtension() && path.startsWith(ExtensionRouting.PATH)) {
            problems.add(name(method) + ": " + ExtensionRouting.PATH + " is for extensions");
        }
        if (endpoint.operationId().isBlank()) {
            problems.add(name(method) + " has an empty operationId");
        }
        for (Annotation[] annotations : method.getParameterAnnotations()) {
            for (Annotation annotation : annotations) {
                if (annotation.annotationType() == Suspended.class) {
                    problems.add(name(method) + " takes an AsyncResponse; return a CompletionStage instead");
                }
            }
        }
    }

    private void checkPermission(Method method, Endpoint endpoint) {
        String permission = endpoint.permission();
        boolean open = permission.equals(Endpoint.PUBLIC);
        if (permission.isBlank()) {
            problems.add(name(method) + " has an empty permission");
        } else if (!open
                && !permission.equals(Endpoint.ANY_CALLER)
                && !PERMISSION.matcher(permission).matches()) {
            problems.add(
                    name(method) + " has the permission " + permission + ", which is none such as provision:create");
        }
        boolean platformWide =
                endpoint.scope() == Endpoint.Scope.PLATFORM || permission.startsWith(Endpoint.PLATFORM_PERMISSION);
        if (open && platformWide) {
            problems.add(name(method) + " is public and platform-wide at once");
        }
        if (endpoint.stepUp() && (open || !List.of(endpoint.schemes()).contains(Caller.Scheme.JWT))) {
            problems.add(
                    name(method) + " wants a fresh sign-in, so it cannot be public, and JWT must be among its schemes");
        }
        boolean anybody = open || permission.equals(Endpoint.ANY_CALLER);
        if (!anybody && !platformWide && !List.of(method.getParameterTypes()).contains(Caller.class)) {
            // it cannot know whose tenant it is to keep to
            problems.add(name(method) + " takes no @Context Caller, so its scope must be PLATFORM");
        }
    }

    private void checkDuplicates() {
        Map<String, RouteDescription> operations = new HashMap<>();
        Map<String, RouteDescription> paths = new HashMap<>();
        for (RouteDescription route : routes) {
            RouteDescription other = operations.putIfAbsent(route.operationId(), route);
            if (other != null) {
                problems.add("The operationId " + route.operationId() + " is used by " + name(other.handler()) + " and "
                        + name(route.handler()));
            }
            other = paths.putIfAbsent(
                    route.method() + " "
                            + PathTemplate.compile(route.template()).shape(),
                    route);
            if (other != null) {
                problems.add(route.method() + " " + route.template() + " is answered by " + name(other.handler())
                        + " and " + name(route.handler()));
            }
        }
    }

    private static String httpMethod(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (http != null) {
                return http.value();
            }
        }
        return null;
    }

    private static List<String> consumes(Class<?> resource, Method method) {
        Consumes own = method.getAnnotation(Consumes.class);
        Consumes inherited = own == null ? resource.getAnnotation(Consumes.class) : own;
        return inherited == null ? List.of() : List.of(inherited.value());
    }

    private static List<String> produces(Class<?> resource, Method method) {
        Produces own = method.getAnnotation(Produces.class);
        Produces inherited = own == null ? resource.getAnnotation(Produces.class) : own;
        return inherited == null ? List.of() : List.of(inherited.value());
    }

    private static String join(String base, String own) {
        String path = ("/" + base + "/" + own).replaceAll("/{2,}", "/");
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }
}
