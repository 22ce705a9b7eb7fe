package org.platformforge.kernel.store.database;

/** Failures for people: libraries write them over many lines. */
public final class Messages {
    private Messages() {}

    public static String oneLine(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.strip().replaceAll("\\s*\\R\\s*", " | ");
    }
}
