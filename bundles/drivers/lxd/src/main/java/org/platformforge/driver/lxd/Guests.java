package org.platformforge.driver.lxd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The scripts that run within instances, and what they are given. */
final class Guests {
    static final String ARTIFACT = "/var/tmp/forge-artifact.tar";
    static final String FOLDER = "/opt/forge";
    static final String ENVIRONMENT = FOLDER + "/env";
    static final String COMMAND = FOLDER + "/command";
    static final String WORK = "/srv/app";
    static final String LOG = "/var/log/forge/app.log";
    static final String BUILD_LOG = "/var/log/forge/build.log";
    static final String STARTS = "/var/lib/forge/starts";
    static final String EXIT = "/var/lib/forge/exit";

    private Guests() {}

    static String script(String name) {
        try (InputStream in = Guests.class.getResourceAsStream("/META-INF/guest/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Assignments a shell reads, whatever the values hold. */
    static String assignments(Map<String, String> variables) {
        StringBuilder lines = new StringBuilder();
        variables.forEach((name, value) -> lines.append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        return lines.toString();
    }
}
