package org.platformforge.gateway.proxy;

import java.io.IOException;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import org.eclipse.jetty.client.api.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Writes each piece of an answer and sends it on before the next one is asked for: events of a stream arrive when the
 * application wrote them, and an application cannot write faster than its client reads. Used by one thread at a time.
 */
final class FlushingWriter implements WriteListener {
    private enum Stage {
        IDLE,
        WRITE,
        FLUSH,
        SENT
    }

    private final ServletOutputStream output;
    private final Response response;
    private Stage stage = Stage.IDLE;
    private byte[] bytes;
    private int offset;
    private int length;
    private Callback callback;

    FlushingWriter(ServletOutputStream output, Response response) {
        this.output = output;
        this.response = response;
    }

    /** Takes the next piece; {@link #onWritePossible} must follow. */
    void offer(byte[] newBytes, int newOffset, int newLength, Callback newCallback) {
        bytes = newBytes;
        offset = newOffset;
        length = newLength;
        callback = newCallback;
        stage = Stage.WRITE;
    }

    @Override
    public void onWritePossible() throws IOException {
        while (stage != Stage.IDLE && output.isReady()) {
            switch (stage) {
                case WRITE -> {
                    stage = Stage.FLUSH;
                    output.write(bytes, offset, length);
                }
                case FLUSH -> {
                    stage = Stage.SENT;
                    output.flush();
                }
                default -> {
                    sent();
                    return;
                }
            }
        }
    }

    /** The callback may bring the next piece at once, so everything else comes before it. */
    private void sent() {
        Callback done = callback;
        stage = Stage.IDLE;
        bytes = null;
        callback = null;
        done.succeeded();
    }

    @Override
    public void onError(Throwable failure) {
        response.abort(failure);
    }
}
