package org.platformforge.gateway.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.api.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Gives up a request whose answer does not begin in time. Uploads and streams take as long as they take, so the time
 * runs from the end of the request to the beginning of the answer only. Thread-safe.
 */
final class AnswerTimer {
    private final Request request;
    private final Scheduler scheduler;
    private final int seconds;
    private Scheduler.Task task;
    private boolean stopped;

    AnswerTimer(Request request, Scheduler scheduler, int seconds) {
        this.request = request;
        this.scheduler = scheduler;
        this.seconds = seconds;
    }

    synchronized void start() {
        if (!stopped && task == null) {
            task = scheduler.schedule(this::expire, seconds, TimeUnit.SECONDS);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (task != null) {
            task.cancel();
        }
    }

    private void expire() {
        request.abort(new TimeoutException("No answer within " + seconds + " s"));
    }
}
