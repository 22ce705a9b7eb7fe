package org.platformforge.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Adds a log of JSON objects to the settings of an instance's logging. The text log stays, because the platform's own view of its
 * log reads it. An operator's own version of the settings is left as it is.
 */
final class JsonLog {
    private static final String SETTINGS = "org.ops4j.pax.logging.cfg";
    private static final String TEMPLATE = "log-event.json";

    private static final String LAYOUT = """
            log4j2.appender.json.layout.type = JsonTemplateLayout
            log4j2.appender.json.layout.eventTemplateUri = TEMPLATE
            log4j2.appender.json.layout.maxStringLength = 16384
            log4j2.rootLogger.appenderRef.Json.ref = Json
            """;

    private static final String FILE = """

            log4j2.appender.json.type = RollingRandomAccessFile
            log4j2.appender.json.name = Json
            log4j2.appender.json.fileName = ${karaf.log}/platform.json
            log4j2.appender.json.filePattern = ${karaf.log}/platform-%i.json.gz
            log4j2.appender.json.append = true
            log4j2.appender.json.policies.type = Policies
            log4j2.appender.json.policies.size.type = SizeBasedTriggeringPolicy
            log4j2.appender.json.policies.size.size = 16MB
            log4j2.appender.json.strategy.type = DefaultRolloverStrategy
            log4j2.appender.json.strategy.max = 10
            """;

    private static final String STDOUT = """

            log4j2.appender.json.type = Console
            log4j2.appender.json.name = Json
            log4j2.appender.json.target = SYSTEM_OUT
            """;

    private JsonLog() {}

    /** @param format {@code json}, {@code json-stdout}; anything else changes nothing */
    static void apply(String format, Path etc) throws IOException {
        Path settings = etc.resolve(SETTINGS);
        boolean file = "json".equals(format);
        if (Files.exists(settings) && (file || "json-stdout".equals(format))) {
            String added = (file ? FILE : STDOUT)
                    + LAYOUT.replace("TEMPLATE", etc.resolve(TEMPLATE).toUri().toString());
            Files.writeString(settings, added, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
        }
    }
}
