package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer on its way out. Used by the request's own thread only.
 */
final class Answer {
    /** Writes a body of unknown length to the client. */
    @FunctionalInterface
    interface Stream {
        void writeTo(OutputStream out) throws IOException;
    }

    private static final byte[] NOTHING = new byte[0];

    private final int status;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private String contentType;
    private byte[] body = NOTHING;
    private Stream stream;
    private long streamLength = -1;

    Answer(int status) {
        this.status = status;
    }

    static Answer of(int status, String contentType, byte[] body) {
        Answer answer = new Answer(status);
        answer.contentType = contentType;
        answer.body = body;
        return answer;
    }

    /** @param length in bytes, -1 when it is not known */
    static Answer streamed(int status, String contentType, Stream stream, long length) {
        Answer answer = new Answer(status);
        answer.contentType = contentType;
        answer.stream = stream;
        answer.streamLength = length;
        return answer;
    }

    Answer header(String name, String value) {
        headers.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
        return this;
    }

    int status() {
        return status;
    }

    /** The answer's own headers, without those of the chain. */
    Map<String, List<String>> headers() {
        return headers;
    }

    /** Null when there is no body. */
    String contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }

    boolean isStream() {
        return stream != null;
    }

    Stream stream() {
        return stream;
    }

    long streamLength() {
        return streamLength;
    }
}
