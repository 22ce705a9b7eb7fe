package org.platformforge.driver.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Starts and ends application processes. Each becomes the leader of a session of its own: signals of the platform's
 * terminal do not reach it, and its whole process group can be ended at once. Its output goes to a file and never
 * through the platform, whose end it survives. Stateless.
 */
final class Launcher {
    static final String RESOURCE_VARIABLE = "FORGE_RESOURCE_ID";
    static final String FOLDER_VARIABLE = "FORGE_APPS";

    private static final List<String> INHERITED = List.of("PATH", "LANG", "LC_ALL", "TZ", "JAVA_HOME");
    /** Enters the control groups, sets the resource limit and becomes the application, all under one pid. */
    private static final String ENTER = """
            n=$1; shift
            while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 125; shift; n=$((n-1)); done
            [ "$1" = 0 ] || ulimit -d "$1" || exit 125
            shift
            exec setsid "$@"
            """;

    private Launcher() {}

    static Process start(
            List<String> command, Path directory, Path log, Map<String, String> environment, Limits.Applied limits)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("/bin/sh", "-c", ENTER, "start"));
        arguments.add(Integer.toString(limits.join().size()));
        limits.join().forEach(file -> arguments.add(file.toString()));
        arguments.add(Long.toString(limits.dataKib()));
        arguments.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(arguments)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        keepInherited(builder);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** What the platform was started with (its database's password among it) is not the application's business. */
    static void keepInherited(ProcessBuilder builder) {
        Map<String, String> own = builder.environment();
        Map<String, String> kept =
                INHERITED.stream().filter(own::containsKey).collect(Collectors.toMap(name -> name, own::get));
        own.clear();
        own.putAll(kept);
    }

    /** Ends every process of an application: SIGTERM, and SIGKILL for what is left after the grace. */
    static void end(long group, Path folder, String resourceId, Limits limits, int graceSeconds)
            throws InterruptedException {
        List<ProcFs.Stat> left = members(group, folder, resourceId, limits);
        left.forEach(stat -> ProcessHandle.of(stat.pid()).ifPresent(ProcessHandle::destroy));
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(graceSeconds);
        while (!left.isEmpty()) {
            if (System.nanoTime() > limit) {
                left.forEach(stat -> kill(stat.pid()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
            left = members(group, folder, resourceId, limits);
        }
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /**
     * The live processes of an application: those of its process group, those in its control groups, and those that carry
     * its mark in whatever session they are. The first process of its own process namespace is in its group, and with it
     * goes all that is left in there.
     *
     * @param group 0 when none is known
     */
    static List<ProcFs.Stat> members(long group, Path folder, String resourceId, Limits limits) {
        Map<Long, ProcFs.Stat> found = new LinkedHashMap<>();
        if (group > 0) {
            ProcFs.all().stream().filter(stat -> stat.group() == group).forEach(stat -> found.put(stat.pid(), stat));
        }
        limits.members(resourceId).forEach(pid -> ProcFs.stat(pid).ifPresent(stat -> found.put(pid, stat)));
        ProcFs.withVariable(FOLDER_VARIABLE, folder.toString()).stream()
                .filter(stat -> ProcFs.variable(stat.pid(), RESOURCE_VARIABLE)
                        .filter(resourceId::equals)
                        .isPresent())
                .forEach(stat -> found.put(stat.pid(), stat));
        return found.values().stream().filter(ProcFs.Stat::alive).toList();
    }
}
