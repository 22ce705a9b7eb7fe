package org.platformforge.kernel.http.hygiene;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** Reads request bodies up to a limit; what a client announces is never allocated before it arrives. Stateless. */
public final class BodyReader {
    private static final int CHUNK = 8192;

    private BodyReader() {}

    /**
     * @param contentLength as announced, -1 when unknown
     * @param max bytes
     * @throws PlatformException PAYLOAD_TOO_LARGE, at once by the announced length or as soon as more has come
     * @throws RequestAbortedException when the body does not arrive
     */
    public static byte[] readFully(InputStream in, long contentLength, int max) throws IOException {
        refuseBeyond(contentLength, max);
        if (contentLength == 0) {
            return new byte[0];
        }
        InputStream body = new Arriving(in);
        if (contentLength > 0 && contentLength <= CHUNK) {
            return body.readNBytes((int) contentLength);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(CHUNK);
        byte[] chunk = new byte[CHUNK];
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            refuseBeyond((long) out.size() + read, max);
            out.write(chunk, 0, read);
        }
        return out.toByteArray();
    }

    /**
     * For routes that take the body as a stream: reading past the limit throws PAYLOAD_TOO_LARGE, and a body that does
     * not arrive {@link RequestAbortedException}.
     */
    public static InputStream limited(InputStream in, long contentLength, long max) {
        refuseBeyond(contentLength, max);
        return new Limited(new Arriving(in), max);
    }

    private static void refuseBeyond(long size, long max) {
        if (size > max) {
            throw PlatformException.of(ErrorKind.PAYLOAD_TOO_LARGE, "The request body is larger than " + max + " bytes")
                    .withDetail("max_bytes", max);
        }
    }

    /** Tells failures of the connection from those of whoever reads. The container has unchecked ones too. */
    private static final class Arriving extends FilterInputStream {
        Arriving(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException | RuntimeException e) {
                throw new RequestAbortedException(e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            try {
                return in.read(buffer, offset, length);
            } catch (IOException | RuntimeException e) {
                throw new RequestAbortedException(e);
            }
        }

        @Override
        public long skip(long bytes) throws IOException {
            try {
                return in.skip(bytes);
            } catch (IOException | RuntimeException e) {
                throw new RequestAbortedException(e);
            }
        }
    }

    private static final class Limited extends FilterInputStream {
        private final long max;
        private long count;

        Limited(InputStream in, long max) {
            super(in);
            this.max = max;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0) {
                counted(1);
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            counted(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            counted(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void counted(long more) {
            count += more;
            refuseBeyond(count, max);
        }
    }
}
