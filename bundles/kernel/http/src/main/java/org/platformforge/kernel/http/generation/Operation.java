package org.platformforge.kernel.http.generation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.ws.rs.core.MultivaluedMap;
import org.apache.cxf.Bus;
import org.apache.cxf.endpoint.Endpoint;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.jaxrs.impl.MetadataMap;
import org.apache.cxf.jaxrs.model.OperationResourceInfo;
import org.apache.cxf.jaxrs.model.Parameter;
import org.apache.cxf.jaxrs.model.ParameterType;
import org.apache.cxf.jaxrs.model.URITemplate;
import org.apache.cxf.jaxrs.provider.ServerProviderFactory;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.message.ExchangeImpl;
import org.apache.cxf.message.Message;
import org.apache.cxf.message.MessageImpl;
import org.apache.cxf.service.Service;
import org.apache.cxf.transport.http.AbstractHTTPDestination;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.http.json.JsonCodec;
import org.platformforge.kernel.http.json.ParameterValidator;

/** One resource method, ready to be called. Thread-safe. */
public final class Operation {
    /** Headers an extension does not see, in lower case. */
    public static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "x-api-key", "cookie");

    private final Object resource;
    private final Method method;
    private final OperationResourceInfo model;
    private final List<String> names;
    private final Bus bus;
    private final Endpoint endpoint;
    private final JsonCodec codec;
    private final ParameterValidator validator;
    private final boolean readsBody;
    private final boolean needsRequest;
    private final boolean extension;

    /** @param extension whether the resource is one of an extension, which sees neither the server's objects nor credentials */
    Operation(
            Object resource,
            OperationResourceInfo model,
            List<String> names,
            JaxRsServer server,
            JsonCodec codec,
            boolean extension) {
        this.extension = extension;
        this.resource = resource;
        this.method = model.getMethodToInvoke();
        this.model = model;
        this.names = names;
        this.bus = server.bus();
        this.endpoint = server.endpoint();
        this.codec = codec;
        ParameterValidator parameters = new ParameterValidator(codec);
        this.validator = parameters.applies(method) ? parameters : null;
        this.readsBody = has(ParameterType.REQUEST_BODY) || has(ParameterType.FORM);
        this.needsRequest = model.getParameters().stream().anyMatch(this::needsRequest);
    }

    private boolean has(ParameterType type) {
        return model.getParameters().stream().anyMatch(parameter -> parameter.getType() == type);
    }

    /** Whether a parameter sees more of the request than its path, query and caller. */
    private boolean needsRequest(Parameter parameter) {
        ParameterType type = parameter.getType();
        if (type == ParameterType.CONTEXT) {
            Class<?> context = method.getParameterTypes()[parameter.getIndex()];
            return context != Caller.class && context != PageRequest.class && context != Drain.class;
        }
        return type != ParameterType.PATH && type != ParameterType.QUERY;
    }

    /** Whether the method has an entity or form parameter. */
    public boolean readsBody() {
        return readsBody;
    }

    /** Writes the success bodies of this method. */
    public JsonCodec codec() {
        return codec;
    }

    /** One call, ready to be made on whatever thread; to be made once. */
    public interface Call {
        /**
         * Binds the parameters, validates them, and calls the method.
         *
         * @throws NotExecuted with the reason as its cause, when the method was not called
         * @throws Exception whatever the method threw
         */
        Object make() throws Exception;
    }

    /** Takes from the request what the call needs, without running any code of the resource's bundle. */
    public Call prepare(Invocation invocation) {
        Message message = model.getParameters().isEmpty() ? null : message(invocation);
        return () -> call(message);
    }

    private Object call(Message message) throws Exception {
        Object[] arguments = arguments(message);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            // as in steps, events and recurring tasks: libraries look up their parts by it
            thread.setContextClassLoader(resource.getClass().getClassLoader());
            return method.invoke(resource, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Object[] arguments(Message message) throws NotExecuted {
        try {
            Object[] arguments = message == null ? new Object[0] : bind(message);
            if (validator != null) {
                validator.validate(resource, method, arguments);
            }
            return arguments;
        } catch (Fault e) {
            throw new NotExecuted(e.getCause() == null ? e : e.getCause());
        } catch (IOException | RuntimeException e) {
            throw new NotExecuted(e);
        }
    }

    private Object[] bind(Message message) throws IOException {
        @SuppressWarnings("unchecked")
        MultivaluedMap<String, String> values =
                (MultivaluedMap<String, String>) message.get(URITemplate.TEMPLATE_PARAMETERS);
        try {
            return JAXRSUtils.processParameters(model, values, message).toArray();
        } finally {
            if (needsRequest) {
                ServerProviderFactory.clearThreadLocalProxies(message);
            }
        }
    }

    private Message message(Invocation invocation) {
        Message message = new MessageImpl();
        Exchange exchange = new ExchangeImpl();
        message.setExchange(exchange);
        exchange.setInMessage(message);
        exchange.put(Bus.class, bus);
        exchange.put(Endpoint.class, endpoint);
        exchange.put(OperationResourceInfo.class, model);
        message.put(Caller.class, invocation.caller());
        message.put(URITemplate.TEMPLATE_PARAMETERS, values(invocation.values()));
        String query = invocation.request().getQueryString();
        if (query != null) {
            message.put(Message.QUERY_STRING, query);
        }
        if (needsRequest) {
            request(message, exchange, invocation);
        }
        return message;
    }

    private void request(Message message, Exchange exchange, Invocation invocation) {
        exchange.put(Service.class, endpoint.getService());
        exchange.put(JAXRSUtils.ROOT_RESOURCE_CLASS, model.getClassResourceInfo());
        message.put(Message.INBOUND_MESSAGE, Boolean.TRUE);
        message.put(Message.HTTP_REQUEST_METHOD, invocation.request().getMethod());
        message.put(Message.REQUEST_URI, invocation.path());
        message.put(Message.PATH_INFO, invocation.path());
        message.put(Message.BASE_PATH, "/");
        message.put(Message.ENDPOINT_ADDRESS, "/");
        message.put(Message.REQUEST_URL, invocation.request().getRequestURL().toString());
        message.put(Message.PROTOCOL_HEADERS, headers(invocation));
        message.put(Message.ACCEPT_CONTENT_TYPE, invocation.request().getHeader("Accept"));
        if (!extension) {
            message.put(AbstractHTTPDestination.HTTP_REQUEST, invocation.request());
            message.put(AbstractHTTPDestination.HTTP_RESPONSE, invocation.response());
        }
        if (invocation.body() != null) {
            String type = invocation.request().getContentType();
            message.put(Message.CONTENT_TYPE, type == null ? "application/json" : type);
            message.setContent(InputStream.class, invocation.body());
        }
    }

    private MultivaluedMap<String, String> values(String[] raw) {
        MultivaluedMap<String, String> values = new MetadataMap<>();
        for (int i = 0; i < raw.length; i++) {
            values.add(names.get(i), raw[i]);
        }
        return values;
    }

    private Map<String, List<String>> headers(Invocation invocation) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Enumeration<String> names = invocation.request().getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement();
            if (!extension || !CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(
                        name,
                        new ArrayList<>(Collections.list(invocation.request().getHeaders(name))));
            }
        }
        return headers;
    }
}
