package org.platformforge.itests.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Somebody with a home folder of their own, a working folder with the distribution's archive, and {@code mvn}, and nothing of
 * the platform. What this build has fetched from others' repositories need not be fetched again; nothing of the platform's own
 * is in their local repository.
 */
final class Newcomer {
    private static final Path ARCHIVE = Path.of(System.getProperty("guide.archive"));
    private static final Path REPOSITORY = Path.of(System.getProperty("guide.repository"));
    private static final Path SETTINGS = Path.of(System.getProperty("guide.settings"));

    private final Path home;
    private final int httpPort = freePort();
    private final int runPort = freePort();
    private final int sshPort = freePort();

    /** @param name of a folder below the module's own for what is made */
    Newcomer(String name) throws IOException {
        this.home = Path.of(System.getProperty("guide.folder")).resolve(name);
        if (Files.exists(home)) {
            delete(home);
        }
        for (Path folder : List.of(work(), home.resolve("bin"), home.resolve("tmp"))) {
            Files.createDirectories(folder);
        }
        Files.createSymbolicLink(work().resolve(ARCHIVE.getFileName()), ARCHIVE);
        shareRepository();
        writeMaven();
    }

    Path home() {
        return home;
    }

    /** Where the archive lies and the terminals begin. */
    Path work() {
        return home.resolve("work");
    }

    /** The text with this person's ports in the place of the defaults. */
    String withPorts(String text) {
        return text.replace("8181", Integer.toString(httpPort)).replace("8282", Integer.toString(runPort));
    }

    /** Stands for the whole environment. */
    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("FORGE_") || name.startsWith("MAVEN_"));
        environment.putAll(Map.of(
                "HOME",
                home.toString(),
                "PATH",
                home.resolve("bin") + ":" + System.getenv("PATH"),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "MAVEN_OPTS",
                "-Duser.home=" + home + " -Djava.io.tmpdir=" + home.resolve("tmp"),
                "LC_ALL",
                "C.UTF-8",
                "FORGE_HTTP_PORT",
                Integer.toString(httpPort),
                "FORGE_SSH_PORT",
                Integer.toString(sshPort),
                // no archive of classes: it is for those who start more than once
                "FORGE_JAVA_OPTS",
                "-Xshare:auto"));
        return environment;
    }

    /** Others' artifacts by links to where this build keeps them: what is fetched now is there for the next build, too. */
    private void shareRepository() throws IOException {
        Path own = Files.createDirectories(home.resolve(".m2/repository"));
        link(REPOSITORY, own, Set.of("org"));
        link(REPOSITORY.resolve("org"), Files.createDirectory(own.resolve("org")), Set.of("platformforge"));
    }

    private static void link(Path from, Path to, Set<String> except) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(from, Files::isDirectory)) {
            for (Path folder : folders) {
                if (!except.contains(folder.getFileName().toString())) {
                    Files.createSymbolicLink(to.resolve(folder.getFileName()), folder.toAbsolutePath());
                }
            }
        }
    }

    /** This build's Maven, which reaches repositories as this build does; {@code forge:run} takes a port that is free. */
    private void writeMaven() throws IOException {
        StringBuilder maven = new StringBuilder("#!/bin/sh\nexec '" + System.getProperty("guide.maven") + "'");
        maven.append(" '-Dmaven.repo.local=")
                .append(home.resolve(".m2/repository"))
                .append("'");
        maven.append(" -Dforge.port=").append(runPort);
        if (Files.isRegularFile(SETTINGS)) {
            maven.append(" -s '").append(SETTINGS).append("'");
        }
        if (System.getProperty("guide.network").equals("offline=true")) {
            maven.append(" -o");
        }
        Path script = Files.writeString(home.resolve("bin/mvn"), maven.append(" \"$@\"\n"));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException(script + " cannot be made executable");
        }
    }

    /** Of the platform with this data, while it runs. What its file names may be somebody else by now. */
    static Optional<ProcessHandle> platformOf(Path data) {
        try {
            String pid = Files.readString(data.resolve("forge.pid")).split(" ")[0];
            boolean same =
                    Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("-Dforge.data=" + data);
            return same ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // never started, or gone
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Follows no links. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
