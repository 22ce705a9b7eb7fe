package org.platformforge.itests.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** An answer and what it was the answer to. */
public record Answer(String request, int status, HttpHeaders headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is not JSON", e);
        }
    }

    /** The payload of document 002's envelope. */
    public JsonNode data() {
        return json().path("data");
    }

    public String errorCode() {
        return json().path("error").path("code").asText();
    }

    @Override
    public String toString() {
        return request + " -> " + status + " " + text();
    }
}
