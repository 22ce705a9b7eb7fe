package org.platformforge.driver.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** How a folder is served by what an image has. Stateless. */
public final class StaticSite {
    private StaticSite() {}

    /** A script for {@code /bin/sh}: it serves the folder {@code $FORGE_STATIC} at {@code $HOST} and {@code $PORT}. */
    public static String script() {
        try (InputStream in = StaticSite.class.getResourceAsStream("static.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
