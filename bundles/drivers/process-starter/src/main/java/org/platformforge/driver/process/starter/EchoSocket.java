package org.platformforge.driver.process.starter;

import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** Says back what it hears; the next message is asked for when the last one is out, so a slow reader slows the writer. */
public final class EchoSocket extends Session.Listener.Abstract {
    @Override
    public void onWebSocketOpen(Session session) {
        super.onWebSocketOpen(session);
        session.demand();
    }

    @Override
    public void onWebSocketText(String message) {
        getSession().sendText(message, next());
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        getSession()
                .sendBinary(
                        payload,
                        Callback.from(
                                () -> {
                                    callback.succeed();
                                    getSession().demand();
                                },
                                failure -> {
                                    callback.fail(failure);
                                    getSession().disconnect();
                                }));
    }

    private Callback next() {
        return Callback.from(getSession()::demand, failure -> getSession().disconnect());
    }
}
