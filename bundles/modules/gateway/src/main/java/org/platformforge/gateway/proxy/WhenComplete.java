package org.platformforge.gateway.proxy;

import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;

/** Does something when an asynchronous request is over, however it ends. */
record WhenComplete(Runnable action) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
        action.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // completion follows
    }

    @Override
    public void onError(AsyncEvent event) {
        // completion follows
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
