package org.platformforge.marketplace.rest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.servlet.MultipartConfigElement;
import javax.servlet.http.Part;
import org.eclipse.jetty.http.MultiPartFormInputStream;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.marketplace.domain.Texts;

/**
 * A {@code multipart/form-data} request (RFC 7578) with one file, read by Jetty's parser straight to the disk. Not
 * thread-safe; closing it removes what was read.
 */
final class Multipart implements AutoCloseable {
    private static final int MOST_PARTS = 10;
    private static final int IN_MEMORY = 64 * 1024;
    private static final int LONGEST_FIELD = 64 * 1024;

    private final Map<String, Part> parts = new TreeMap<>();
    private final MultiPartFormInputStream parser;

    /**
     * @param known names of parts; others are refused
     * @param largest bytes of the file
     * @throws PlatformException {@code MALFORMED}, {@code PAYLOAD_TOO_LARGE}, {@code VALIDATION} for unknown parts
     */
    Multipart(InputStream body, String contentType, Path folder, Set<String> known, long largest) throws IOException {
        // what is over the limit by one byte is told as too large, not cut
        long request = largest + (long) MOST_PARTS * LONGEST_FIELD;
        MultipartConfigElement limits = new MultipartConfigElement(folder.toString(), largest, request, IN_MEMORY);
        parser = new MultiPartFormInputStream(body, contentType, limits, folder.toFile(), MOST_PARTS);
        try {
            for (Part part : parser.getParts()) {
                take(part, known);
            }
        } catch (IllegalStateException e) {
            close();
            if (String.valueOf(e.getMessage()).contains("too many parts")) {
                throw PlatformException.of(ErrorKind.VALIDATION, "The request may have " + MOST_PARTS + " parts")
                        .withCause(e);
            }
            throw PlatformException.of(ErrorKind.PAYLOAD_TOO_LARGE, "The artifact may have " + largest + " bytes")
                    .withDetail("max_bytes", largest)
                    .withCause(e);
        } catch (IOException e) {
            close();
            throw PlatformException.of(ErrorKind.MALFORMED, "The body is not valid multipart/form-data")
                    .withCause(e);
        } catch (PlatformException e) {
            close();
            throw e;
        }
    }

    private void take(Part part, Set<String> known) {
        String name = part.getName();
        if (name == null || !known.contains(name)) {
            throw PlatformException.invalid(
                    name == null ? "" : name,
                    "is not a part of this request; it has " + String.join(", ", new TreeSet<>(known)));
        }
        if (parts.put(name, part) != null) {
            throw PlatformException.invalid(name, "stands there twice");
        }
    }

    /** @throws PlatformException {@code VALIDATION} when it is missing or empty */
    InputStream file(String name) throws IOException {
        Part part = parts.get(name);
        if (part == null || part.getSize() == 0) {
            throw PlatformException.invalid(name, "is required");
        }
        return part.getInputStream();
    }

    /** @return null when it is not there, or empty */
    String text(String name) throws IOException {
        Part part = parts.get(name);
        if (part == null || part.getSize() == 0) {
            return null;
        }
        if (part.getSize() > LONGEST_FIELD) {
            throw PlatformException.invalid(name, "may have " + LONGEST_FIELD + " bytes");
        }
        try (InputStream in = part.getInputStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!Texts.isStorable(text)) {
                throw PlatformException.invalid(name, Texts.PROBLEM);
            }
            return text;
        }
    }

    @Override
    public void close() {
        parser.deleteParts();
    }
}
