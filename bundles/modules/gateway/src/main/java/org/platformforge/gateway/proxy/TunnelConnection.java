package org.platformforge.gateway.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.proxy.ProxyConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * One end of a tunnel: what arrives at it is written to the other end, as fast as that one takes it. It begins to read
 * when {@link #start} says so, and first hands on what the HTTP connection before it had read too much. When one end is
 * closed, so is the other. Used by one thread at a time.
 */
final class TunnelConnection extends ProxyConnection implements Connection.UpgradeTo {
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;
    private Runnable whenOpen = () -> {};
    private Runnable whenClosed = () -> {};

    TunnelConnection(EndPoint endPoint, Executor executor, ByteBufferPool buffers) {
        super(endPoint, executor, buffers, new ConcurrentHashMap<>());
    }

    /**
     * Ties two ends together; both begin when the client's is open, which is after the client got its 101.
     *
     * @param whenClosed called once, when the application's end is closed
     */
    static void tie(TunnelConnection client, TunnelConnection application, Runnable whenClosed) {
        application.whenClosed = whenClosed;
        client.setConnection(application);
        application.setConnection(client);
        client.whenOpen = () -> {
            application.start();
            client.start();
        };
    }

    private void start() {
        onFillable();
    }

    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        if (buffer != null) {
            early = buffer;
        }
    }

    @Override
    public void onOpen() {
        super.onOpen();
        whenOpen.run();
    }

    @Override
    protected int read(EndPoint endPoint, ByteBuffer buffer) throws IOException {
        if (early.hasRemaining()) {
            return BufferUtil.append(buffer, early);
        }
        return endPoint.fill(buffer);
    }

    @Override
    protected void write(EndPoint endPoint, ByteBuffer buffer, Callback callback) {
        endPoint.write(callback, buffer);
    }

    @Override
    public void onClose() {
        super.onClose();
        whenClosed.run();
        whenClosed = () -> {};
        getConnection().getEndPoint().close();
    }
}
