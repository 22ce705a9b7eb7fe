package org.platformforge.kernel.http.hygiene;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import javax.servlet.http.HttpServletRequest;

/** The part of a request that the helpers look at; everything else answers null. */
final class FakeRequest {
    private final TreeMap<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String method = "GET";
    private String uri = "/";
    private String query;

    static FakeRequest get(String uri) {
        FakeRequest request = new FakeRequest();
        int question = uri.indexOf('?');
        request.uri = question < 0 ? uri : uri.substring(0, question);
        request.query = question < 0 ? null : uri.substring(question + 1);
        return request;
    }

    FakeRequest method(String newMethod) {
        method = newMethod;
        return this;
    }

    FakeRequest header(String name, String value) {
        headers.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        return this;
    }

    HttpServletRequest build() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                FakeRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getRequestURI" -> uri;
                    case "getQueryString" -> query;
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getHeaders" -> Collections.enumeration(headers.getOrDefault(arguments[0], List.of()));
                    case "getHeader" ->
                        headers.containsKey(arguments[0])
                                ? headers.get(arguments[0]).get(0)
                                : null;
                    default -> null;
                });
    }
}
