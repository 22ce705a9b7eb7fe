package org.platformforge.kernel.extension.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.api.Request;
import org.eclipse.jetty.client.api.Result;
import org.eclipse.jetty.client.util.BufferingResponseListener;
import org.eclipse.jetty.client.util.BytesContentProvider;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.util.HttpCookieStore;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.call.PlatformThreads;

/**
 * The one HTTP client behind every extension's {@link OutboundHttp}. Keeps no cookies, follows no redirects, decodes nothing;
 * TLS verifies the name that was asked for, whatever address it is connected to. Started when first needed. Thread-safe.
 */
public final class HttpGateway implements AutoCloseable {
    private static final int MAX_BODY = 10 << 20;
    private static final int MAX_HEADERS = 64 << 10;

    private final PlatformThreads threads;
    private final Supplier<Set<String>> inside;
    private HttpClient client;

    public HttpGateway(PlatformThreads threads, Supplier<Set<String>> inside) {
        this.threads = threads;
        this.inside = inside;
    }

    /**
     * @param hosts {@code host} or {@code host:port} the extension declared, lower case
     * @param check throws when this thread may not send (any more)
     * @param permits requests the extension may have under way at once
     */
    public OutboundHttp of(String extension, Set<String> hosts, Runnable check, Semaphore permits) {
        return request -> {
            check.run();
            HttpRequests.check(request, hosts);
            if (!permits.tryAcquire()) {
                throw PlatformException.of(
                        ErrorKind.UNAVAILABLE,
                        "The extension " + extension + " has as many requests to other hosts under way as it may");
            }
            try {
                return send(extension, request);
            } finally {
                permits.release();
            }
        };
    }

    private OutboundHttp.Response send(String extension, OutboundHttp.Request request)
            throws IOException, InterruptedException {
        Answer answer = new Answer();
        long millis = HttpRequests.timeout(request).toMillis();
        // sent from a thread of the platform: the client makes threads of its own on the way
        Request prepared = threads.call(() -> {
            Request made = client().newRequest(request.uri())
                    .method(request.method())
                    .agent("platform-forge-extension/" + extension)
                    .followRedirects(false)
                    .timeout(millis, TimeUnit.MILLISECONDS);
            request.headers().forEach(made::header);
            if (request.body() != null && request.body().length > 0) {
                made.content(new BytesContentProvider(request.body()));
            }
            made.send(answer);
            return made;
        });
        try {
            return answer.await(millis + 1000);
        } catch (InterruptedException e) {
            prepared.abort(e);
            throw e;
        }
    }

    private synchronized HttpClient client() throws Exception {
        if (client == null) {
            // name verification is the factory's default
            HttpClient fresh = new HttpClient(new SslContextFactory.Client());
            QueuedThreadPool pool = new QueuedThreadPool(24, 4);
            pool.setName("forge-extension-http");
            pool.setDaemon(true);
            fresh.setExecutor(pool);
            fresh.setSocketAddressResolver(new HostResolver(pool, inside));
            fresh.setCookieStore(new HttpCookieStore.Empty());
            fresh.setFollowRedirects(false);
            fresh.setRequestBufferSize(MAX_HEADERS);
            fresh.setResponseBufferSize(MAX_HEADERS);
            fresh.setMaxConnectionsPerDestination(64);
            fresh.setConnectTimeout(10_000);
            fresh.setIdleTimeout(30_000);
            fresh.setRemoveIdleDestinations(true);
            fresh.start();
            fresh.getContentDecoderFactories().clear();
            fresh.getProtocolHandlers().clear();
            client = fresh;
        }
        return client;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            try {
                client.stop();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(HttpGateway.class).debug("The client did not stop cleanly", e);
            }
        }
    }

    /** Takes the answer in, up to the limit. */
    private static final class Answer extends BufferingResponseListener {
        private final CountDownLatch done = new CountDownLatch(1);
        private final AtomicReference<Result> result = new AtomicReference<>();

        Answer() {
            super(MAX_BODY);
        }

        @Override
        public void onComplete(Result outcome) {
            result.set(outcome);
            done.countDown();
        }

        OutboundHttp.Response await(long millis) throws IOException, InterruptedException {
            if (!done.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("No answer within the time");
            }
            Throwable failure = result.get().getFailure();
            if (failure instanceof HostResolver.InsideException) {
                throw PlatformException.of(ErrorKind.FORBIDDEN, failure.getMessage());
            }
            if (failure instanceof TimeoutException) {
                throw new IOException("No answer within the time");
            }
            if (failure != null) {
                // its own class may be the client's, which an extension does not see
                throw new IOException(failure.getMessage() == null ? "The request failed" : failure.getMessage());
            }
            Map<String, List<String>> headers = new LinkedHashMap<>();
            for (HttpField field : result.get().getResponse().getHeaders()) {
                headers.computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                        .add(field.getValue());
            }
            byte[] body = getContent();
            return new OutboundHttp.Response(
                    result.get().getResponse().getStatus(), headers, body == null ? new byte[0] : body);
        }
    }
}
