package org.platformforge.kernel.http.front;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.hygiene.ServerWatcher;

/**
 * Whether more waits for the server's threads than can be answered in good time. Who comes then is refused at once, which is
 * what lets the queue become short again: its requests cost microseconds instead of milliseconds. Thread-safe.
 */
@Component(service = {Overload.class, ServerWatcher.class})
public final class Overload implements ServerWatcher {
    private final HttpSettings settings;
    private volatile QueuedThreadPool threads;

    @Activate
    public Overload(@Reference HttpSettings settings) {
        this.settings = settings;
    }

    @Override
    public void met(Server server) {
        ThreadPool pool = server.getThreadPool();
        threads = pool instanceof QueuedThreadPool queued ? queued : null;
    }

    boolean isOverloaded() {
        QueuedThreadPool pool = threads;
        return pool != null && pool.getQueueSize() > settings.current().maxQueued();
    }
}
