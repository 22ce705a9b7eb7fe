package org.platformforge.kernel.http.hygiene;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import javax.servlet.http.HttpServletResponse;

/** Collects headers; values added under one name are joined as a proxy would join them. */
final class FakeResponse {
    final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    HttpServletResponse build() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                FakeResponse.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (self, called, arguments) -> {
                    if (called.getName().equals("setHeader")) {
                        headers.put((String) arguments[0], (String) arguments[1]);
                    } else if (called.getName().equals("addHeader")) {
                        headers.merge((String) arguments[0], (String) arguments[1], (a, b) -> a + ", " + b);
                    }
                    return null;
                });
    }
}
