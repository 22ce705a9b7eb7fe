package org.platformforge.kernel.http.chain;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.generation.Invocation;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.generation.Operation;
import org.platformforge.kernel.http.generation.Route;

/**
 * Everything of a request that runs an extension's code, from the binding of parameters to the last byte of the answer, to
 * be done on a thread of the extension. Only the platform's own objects come out of it: what is thrown is a {@link
 * org.platformforge.kernel.api.PlatformException}, a {@link NotExecuted} or an {@link ExtensionFailedException}.
 */
final class ExtensionCall implements ReleaseCall {
    /** Answers are held in memory. */
    private static final int MAX_ANSWER = 16 << 20;

    private final ResultWriter results = new ResultWriter(false);
    private final Route route;
    private final RenderContext context;
    private final Operation.Call call;
    private volatile boolean executed;

    ExtensionCall(Route route, Invocation invocation, RenderContext context) {
        this.route = route;
        this.context = context;
        this.call = route.operation().prepare(invocation);
    }

    @Override
    public boolean isExecuted() {
        return executed;
    }

    @Override
    public Answer call() throws Exception {
        executed = true;
        try {
            return ExtensionAnswer.of(route, collected(results.answer(route, result(), context)));
        } catch (NotExecuted e) {
            executed = false;
            throw new NotExecuted(ExtensionFailedException.detached(route, e.getCause()));
        } catch (Throwable e) {
            // whatever it is, its class may be the extension's, and looking at it runs code of the extension
            throw ExtensionFailedException.detached(route, e);
        }
    }

    /** What the resource returned, now or later, or threw instead of returning it. */
    private Object result() throws Throwable {
        Throwable failure;
        try {
            Object result = call.make();
            return result instanceof CompletionStage<?> later
                    ? later.toCompletableFuture().get()
                    : result;
        } catch (ExecutionException e) {
            failure = e.getCause();
        } catch (Throwable e) {
            failure = e;
        }
        Object instead = ThrownResponses.result(failure);
        if (instead == null) {
            throw failure;
        }
        return instead;
    }

    private static Answer collected(Answer answer) throws IOException {
        if (!answer.isStream()) {
            return answer;
        }
        Collector bytes = new Collector();
        answer.stream().writeTo(bytes);
        Answer whole = Answer.of(answer.status(), answer.contentType(), bytes.toByteArray());
        answer.headers().forEach((name, values) -> values.forEach(value -> whole.header(name, value)));
        return whole;
    }

    private static final class Collector extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            room(1);
            bytes.write(b);
        }

        @Override
        public void write(byte[] part, int offset, int length) throws IOException {
            room(length);
            bytes.write(part, offset, length);
        }

        private void room(int more) throws IOException {
            if (bytes.size() + (long) more > MAX_ANSWER) {
                throw new IOException("The answer is larger than " + MAX_ANSWER + " bytes");
            }
        }

        private byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
