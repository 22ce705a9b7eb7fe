package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.api.PlatformException;

/** What was thrown, as JSON and back: the kinds of the contract as what they are, everything else as its text. Stateless. */
public final class Failures {
    private static final int MAX_TEXT = 4000;

    private Failures() {}

    public static ObjectNode write(Throwable failure) {
        ObjectNode json = Frames.JSON.createObjectNode();
        if (failure instanceof PlatformException known) {
            json.set("error", Errors.write(known));
        } else if (failure instanceof DriverException engine) {
            json.put("engine", text(engine.getMessage()))
                    .put("code", text(engine.code()))
                    .put("retryable", engine.retryable());
        } else if (failure instanceof StepException step) {
            json.put("step", text(step.getMessage()))
                    .put("code", text(step.code()))
                    .put("retryable", step.retryable());
        } else if (failure instanceof IOException io) {
            json.put("io", text(io.getMessage()));
        } else if (failure instanceof RejectedExecutionException rejected) {
            json.put("rejected", text(rejected.getMessage()));
        } else if (failure instanceof IllegalStateException state) {
            json.put("state", text(state.getMessage()));
        }
        return json.put("text", text(described(failure)));
    }

    /** Looking at it runs code of the extension. */
    private static String described(Throwable failure) {
        try {
            return String.valueOf(failure);
        } catch (RuntimeException e) {
            return failure.getClass().getName();
        }
    }

    /** What the extension has thrown: an error of the contract, or else an exception that says what it was. */
    public static Exception told(JsonNode json) {
        if (json.path("error").isObject()) {
            return Errors.read(json.path("error"));
        }
        if (json.path("engine").isTextual()) {
            return new DriverException(
                    text(json.path("code").asText()),
                    text(json.path("engine").asText()),
                    json.path("retryable").asBoolean(),
                    null);
        }
        if (json.path("step").isTextual()) {
            return new StepException(
                    text(json.path("code").asText()),
                    text(json.path("step").asText()),
                    json.path("retryable").asBoolean(),
                    null);
        }
        return new ToldException(text(json.path("text").asText()));
    }

    /** What the platform has thrown, for the extension. */
    public static Exception read(JsonNode json) {
        if (json.path("io").isTextual()) {
            return new IOException(text(json.path("io").asText()));
        }
        if (json.path("rejected").isTextual()) {
            return new RejectedExecutionException(text(json.path("rejected").asText()));
        }
        if (json.path("state").isTextual()) {
            return new IllegalStateException(text(json.path("state").asText()));
        }
        return told(json);
    }

    private static String text(String value) {
        if (value == null) {
            return "";
        }
        return value.length() <= MAX_TEXT ? value : value.substring(0, MAX_TEXT) + "…";
    }

    /** What another process has thrown; its text is that of the original. */
    public static final class ToldException extends Exception {
        private static final long serialVersionUID = 1L;

        ToldException(String text) {
            super(text, null, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }
}
