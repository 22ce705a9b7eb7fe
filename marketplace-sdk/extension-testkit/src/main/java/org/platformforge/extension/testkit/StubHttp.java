package org.platformforge.extension.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** Answers for the hosts an extension declares; every other host is refused as the platform does. Thread-safe. */
public final class StubHttp implements OutboundHttp {
    private final Set<String> hosts;
    private final Map<String, Function<Request, Response>> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    StubHttp(Set<String> hosts) {
        this.hosts = hosts;
    }

    /** What a request to this address gets from now on. */
    public void answer(String method, String uri, int status, String body) {
        answer(method, uri, request -> new Response(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
    }

    public void answer(String method, String uri, Function<Request, Response> answer) {
        answers.put(method + " " + uri, answer);
    }

    /** What the extension has sent in this test, in its order. */
    public List<Request> requests() {
        return new ArrayList<>(requests);
    }

    void reset() {
        answers.clear();
        requests.clear();
    }

    @Override
    public Response send(Request request) throws IOException {
        URI uri = request.uri();
        String host = uri.getHost();
        boolean declared = hosts.contains(uri.getPort() < 0 ? host : host + ":" + uri.getPort());
        if (host == null || !declared) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "The manifest does not declare the host of " + uri);
        }
        requests.add(request);
        Function<Request, Response> answer = answers.get(request.method() + " " + uri);
        if (answer == null) {
            throw new IOException("The test has no answer for " + request.method() + " " + uri);
        }
        return answer.apply(request);
    }
}
