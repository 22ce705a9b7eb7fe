package org.platformforge.kernel.http.chain;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Sends every write on at once: an event that sits in a buffer is late. */
final class PromptOutputStream extends FilterOutputStream {
    PromptOutputStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        out.flush();
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
    }

    /** The server closes its stream itself. */
    @Override
    public void close() throws IOException {
        flush();
    }
}
