package org.platformforge.auth.domain.message;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.message.MessageQueue.Claimed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries waiting messages to their senders, on threads of its own: no request waits for a mail server. */
// Immediate: nobody references it, it works by itself.
@Component(service = Courier.class, immediate = true)
public class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    /** One that a slow mail server holds leaves the other for the rest. */
    private static final int THREADS = 2;

    private static final long LOOK_SECONDS = 5;
    private static final long STOP_SECONDS = 5;

    private final MessageQueue queue;
    private final Senders senders;
    private final ScheduledExecutorService threads;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable waker = this::wake;

    @Activate
    public Courier(@Reference MessageQueue queue, @Reference Senders senders) {
        this.queue = queue;
        this.senders = senders;
        this.threads = Executors.newScheduledThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "auth-courier");
            thread.setDaemon(true);
            return thread;
        });
        queue.onAdded(waker);
        threads.scheduleWithFixedDelay(this::round, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        wake();
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
            // An exception would end the timer for good; what waits still waits.
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
