package org.platformforge.auth.domain.message;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.message.MessageQueue.Claimed;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries waiting messages to their senders, on threads of its own: no request waits for a mail server. It looks for them
 * after the commit that added one, and regularly for those that wait for another try or that another node left. A module
 * generation that does not act carries none.
 */
@Component(service = RecurringTask.class)
public class Courier implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    /** One that a slow mail server holds leaves the other for the rest. */
    private static final int THREADS = 2;

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final long STOP_SECONDS = 5;

    private final MessageQueue queue;
    private final Senders senders;
    private final ExecutorService threads;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable waker = this::added;
    private volatile boolean acting;

    @Activate
    public Courier(@Reference MessageQueue queue, @Reference Senders senders) {
        this.queue = queue;
        this.senders = senders;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "auth-courier");
            thread.setDaemon(true);
            return thread;
        });
        queue.onAdded(waker);
    }

    /** Waits for what is being sent at this moment; what takes longer is sent again by the next one. */
    @Deactivate
    public void stop() throws InterruptedException {
        queue.forget(waker);
        threads.shutdown();
        if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
    }

    @Override
    public String name() {
        return "auth.courier";
    }

    @Override
    public Duration delay() {
        return Duration.ZERO;
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    /** Only what acts is run. */
    @Override
    public void run() {
        acting = true;
        wake();
    }

    private void added() {
        if (acting) {
            wake();
        }
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                threads.execute(this::round);
            } catch (RejectedExecutionException e) {
                LOG.debug("The courier stops; the next one looks by itself");
            }
        }
    }

    private void round() {
        woken.set(false);
        try {
            Optional<Claimed> next;
            while (!threads.isShutdown() && (next = queue.claim()).isPresent()) {
                deliver(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // What waits still waits.
            LOG.info("Messages could not be looked for now: {}", e.getMessage());
        }
    }

    private void deliver(Claimed claimed) throws InterruptedException {
        Message message = claimed.message();
        try {
            senders.of(message.channel()).send(message);
            queue.done(claimed);
        } catch (DeliveryException e) {
            if (e.permanent()) {
                queue.done(claimed);
                LOG.info("Message {} is given up: {}", message.id(), e.getMessage());
            } else if (queue.retry(claimed)) {
                LOG.warn("Message {} was not sent at attempt {}: {}", message.id(), claimed.attempts(), e.getMessage());
            } else {
                LOG.warn("Message {} is given up after its time: {}", message.id(), e.getMessage());
            }
        }
    }
}
