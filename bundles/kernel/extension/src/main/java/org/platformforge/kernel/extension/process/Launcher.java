package org.platformforge.kernel.extension.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the host program, behind bubblewrap or without it, and ends it. Thread-safe. */
final class Launcher {
    static final Map<String, String> ENVIRONMENT = Map.of("LANG", "C.UTF-8", "MALLOC_ARENA_MAX", "2");

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final String MAIN = "org.platformforge.kernel.extension.host.Main";

    /** Of a JVM beside its heap: code, classes, stacks, libraries; counted as addresses, not as memory in use. */
    private static final long BESIDE_HEAP_KIB = 1024 * 1024;

    /** Sets the resource limits, opens the filter of system calls if there is one, and becomes the command, under one pid. */
    private static final String ENTER = "ulimit -c 0 && ulimit -n 512 && ulimit -v \"$1\" || exit 125; "
            + "[ -z \"$2\" ] || exec " + Sandbox.FILTER_DESCRIPTOR + "<\"$2\" || exit 125; "
            + "shift 2; exec \"$@\"";

    private final Sandbox sandbox;
    private final Path java;
    private final List<Path> classPath;

    /** @param sandbox null for none */
    Launcher(Sandbox sandbox, Path java, List<Path> classPath) {
        this.sandbox = sandbox;
        this.java = java;
        this.classPath = List.copyOf(classPath);
    }

    /** A process and how all of it is ended. */
    record Launched(Process process, Runnable kill) {}

    /** @param folders where a folder for the process's files is made when it cannot have one that nobody else sees */
    Launched launch(int heapMegabytes, Path folders) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", ENTER, "start"));
        command.add(Long.toString(heapMegabytes * 1024L + BESIDE_HEAP_KIB));
        command.add(sandbox == null ? "" : sandbox.filter());
        Path folder = null;
        if (sandbox == null) {
            Files.createDirectories(folders);
            folder = Files.createTempDirectory(folders, "extension");
            command.addAll(List.of("setsid", java.resolve("bin/java").toString()));
            command.addAll(options(heapMegabytes, folder));
            command.addAll(List.of(
                    "-cp",
                    String.join(":", classPath.stream().map(Path::toString).toList()),
                    MAIN));
        } else {
            command.addAll(sandbox.command(classPath, options(heapMegabytes, Path.of("/tmp")), List.of(MAIN)));
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        // what the platform was started with (its database's password among it) is nothing for an extension
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        Process process = builder.start();
        Path own = folder;
        process.onExit().thenRun(() -> {
            if (own != null) {
                endGroup(process.pid());
                remove(own);
            }
        });
        return new Launched(process, () -> kill(process));
    }

    private static List<String> options(int heapMegabytes, Path folder) {
        return List.of(
                "-Xmx" + heapMegabytes + "m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:MaxMetaspaceSize=128m",
                "-XX:CompressedClassSpaceSize=32m",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:MaxDirectMemorySize=16m",
                "-XX:-UsePerfData",
                "-XX:-UseContainerSupport",
                "-XX:+DisableAttachMechanism",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:+ErrorFileToStderr",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Djava.io.tmpdir=" + folder,
                "-Duser.home=" + folder);
    }

    /** Behind bubblewrap everything goes with it; without it, its process group, and what is known to descend from it. */
    private static void kill(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    /** What a process has left behind in its group, whose number nobody else has as long as there is something. */
    private static void endGroup(long pid) {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            LOG.debug("The process group {} cannot be ended", pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void remove(Path folder) {
        if (folder == null || !Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            LOG.info("The folder of an extension's process could not be removed: {}", e.toString());
        }
    }
}
