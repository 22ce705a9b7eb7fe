package org.platformforge.kernel.http.hygiene;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses finished bodies for clients that ask for it; streams never come here. Thread-safe. */
public final class Gzip {
    private final int minBytes;

    /** @param minBytes smaller bodies are sent as they are */
    public Gzip(int minBytes) {
        this.minBytes = minBytes;
    }

    /** @return the compressed body, or null to send it as it is: not wanted, too small, no text, or not smaller */
    public byte[] compress(String acceptEncoding, String contentType, byte[] body) {
        if (body.length < minBytes || !accepted(acceptEncoding) || !isText(contentType)) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 3 + 64);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array refused bytes", e);
        }
        return out.size() < body.length ? out.toByteArray() : null;
    }

    /** Whether gzip is wanted, and at least as much as no encoding at all (RFC 9110, 12.5.3). */
    static boolean accepted(String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        int gzip = -1;
        int identity = -1;
        int any = -1;
        for (String element : acceptEncoding.split(",")) {
            String[] parts = element.split(";", 2);
            int quality = parts.length == 1 ? 1000 : quality(parts[1]);
            switch (parts[0].trim().toLowerCase(Locale.ROOT)) {
                case "gzip", "x-gzip" -> gzip = quality;
                case "identity" -> identity = quality;
                case "*" -> any = quality;
                default -> {}
            }
        }
        int wanted = gzip >= 0 ? gzip : Math.max(0, any);
        return wanted > 0 && wanted >= identity;
    }

    private static int quality(String parameter) {
        String value = parameter.trim().toLowerCase(Locale.ROOT);
        return value.startsWith("q=") ? MediaRange.permille(value.substring(2)) : 1000;
    }

    private static boolean isText(String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || type.contains("json") || type.contains("xml") || type.contains("javascript");
    }

    /** Level 1: JSON shrinks almost as much and costs a third. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 4096);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
