package org.platformforge.kernel.security.idempotency;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.platformforge.kernel.api.security.IdempotencyKeys.SavedResponse;

/** An answer as bytes and back, body byte for byte, headers in their order. */
final class ResponseCodec {
    private ResponseCodec() {}

    static byte[] encode(SavedResponse response) {
        byte[] body = response.body() == null ? new byte[0] : response.body();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(response.status());
            out.writeInt(response.headers().size());
            for (Map.Entry<String, String> header : response.headers().entrySet()) {
                out.writeUTF(header.getKey());
                out.writeUTF(header.getValue());
            }
            out.writeInt(body.length);
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static SavedResponse decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int status = in.readInt();
            int count = in.readInt();
            Map<String, String> headers = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                headers.put(in.readUTF(), in.readUTF());
            }
            return new SavedResponse(status, headers, in.readNBytes(in.readInt()));
        } catch (IOException e) {
            throw new IllegalArgumentException("Not an encoded answer", e);
        }
    }
}
