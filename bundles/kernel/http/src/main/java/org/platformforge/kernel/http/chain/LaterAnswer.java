package org.platformforge.kernel.http.chain;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.servlet.AsyncContext;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a resource that answers with a {@link CompletionStage}, without holding the request's thread. */
final class LaterAnswer implements AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(LaterAnswer.class);

    private final Exchange exchange;
    private final ErrorTranslator errors;
    private final Consumer<Exchange> finish;
    private final AtomicBoolean done = new AtomicBoolean();
    private AsyncContext async;

    LaterAnswer(Exchange exchange, ErrorTranslator errors, Consumer<Exchange> finish) {
        this.exchange = exchange;
        this.errors = errors;
        this.finish = finish;
    }

    void await(CompletionStage<?> later) {
        async = exchange.request().startAsync(exchange.request(), exchange.response());
        async.setTimeout(exchange.settings().asyncTime().toMillis());
        async.addListener(this);
        RequestIdStep.forget();
        later.whenComplete((result, failure) -> {
            if (done.compareAndSet(false, true)) {
                RequestIdStep.remember(exchange);
                exchange.result = result;
                if (failure != null) {
                    errors.thrown(unwrapped(failure), exchange);
                }
                end();
            } else {
                ResultWriter.close(result);
            }
        });
    }

    private void end() {
        try {
            finish.accept(exchange);
        } catch (RuntimeException | Error e) {
            Connections.cut(exchange.request(), e);
            if (!(e instanceof BrokenStreamException)) {
                LOG.error("The answer to request {} broke off", exchange.requestId, e);
            }
        } finally {
            async.complete();
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        if (done.compareAndSet(false, true)) {
            RequestIdStep.remember(exchange);
            exchange.refusal = Refusal.of(PlatformException.of(ErrorKind.GATEWAY_TIMEOUT, "The answer took too long"));
            end();
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        if (done.compareAndSet(false, true)) {
            RequestIdStep.remember(exchange);
            exchange.refusal = errors.translate(event.getThrowable(), exchange);
            end();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // the answer is out
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // nothing starts it twice
    }
}
