package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.platformforge.kernel.api.store.DatabaseMaintenance.Server;

/** The programs of PostgreSQL on this host. Thread-safe. */
final class PostgresTools {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final int TOLD = 500;

    private final String configured;

    /** @param configured the folder they are in; empty: Debian's folders and the path are searched */
    PostgresTools(String configured) {
        this.configured = configured.strip();
    }

    /**
     * One that speaks to a server of this version.
     *
     * @throws BackupException naming what is missing
     */
    Path find(String program, int serverMajor) throws IOException, BackupException, InterruptedException {
        int newest = 0;
        for (Path candidate : candidates(program)) {
            int version = Files.isExecutable(candidate) ? version(candidate) : 0;
            if (version >= serverMajor) {
                return candidate;
            }
            newest = Math.max(newest, version);
        }
        throw new BackupException("The server is PostgreSQL " + serverMajor + ", and this host has "
                + (newest == 0 ? "no " + program : program + " of version " + newest + " at most")
                + ": install postgresql-client-" + serverMajor + " or set postgresql.bin in "
                + BackupConfig.PID + ".cfg");
    }

    private List<Path> candidates(String program) throws IOException {
        if (!configured.isEmpty()) {
            return List.of(Path.of(configured).resolve(program));
        }
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.sorted()
                        .map(folder -> folder.resolve("bin").resolve(program))
                        .forEach(found::add);
            }
        }
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(":")) {
            if (!folder.isEmpty()) {
                found.add(Path.of(folder).resolve(program));
            }
        }
        return found;
    }

    private static int version(Path program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher version = VERSION.matcher(said);
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }

    /**
     * Runs a program to its end; it is ended when this thread is interrupted or a stream fails.
     *
     * @param database null for the server's
     * @param work where it may leave what it says
     * @param in what it reads, or null
     * @param out what it writes goes there, or null
     */
    void run(List<String> command, Server server, String database, Path work, InputStream in, OutputStream out)
            throws IOException, BackupException, InterruptedException {
        Path said = work.resolve("said.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(said.toFile());
        builder.environment().putAll(environment(server, database));
        Process process = builder.start();
        try {
            try (OutputStream input = process.getOutputStream()) {
                if (in != null) {
                    feed(in, input);
                }
            }
            if (out != null) {
                process.getInputStream().transferTo(out);
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new BackupException(command.get(0) + " ended with " + code + ": " + told(said));
            }
            if (in != null) {
                in.transferTo(
                        OutputStream.nullOutputStream()); // to the last chunk, so that all of it was authenticated
            }
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(said);
        }
    }

    /** A program that stops reading says why itself; what cannot be read here is told to the caller. */
    private static void feed(InputStream in, OutputStream input) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            try {
                input.write(buffer, 0, read);
            } catch (IOException e) {
                return;
            }
        }
    }

    private static String told(Path said) throws IOException {
        String text = Files.readString(said).strip();
        return text.length() > TOLD ? text.substring(0, TOLD) + "…" : text;
    }

    private static Map<String, String> environment(Server server, String database) {
        Map<String, String> environment = new java.util.HashMap<>();
        environment.put("PGHOST", server.host());
        environment.put("PGPORT", Integer.toString(server.port()));
        environment.put("PGDATABASE", database == null ? server.database() : database);
        environment.put("PGOPTIONS", "-c forge.tenant=*");
        environment.put("PGAPPNAME", "platform-forge-backup");
        if (server.user() != null) {
            environment.put("PGUSER", server.user());
        }
        if (server.password() != null) {
            environment.put("PGPASSWORD", server.password());
        }
        if (server.sslMode() != null) {
            environment.put("PGSSLMODE", server.sslMode());
        }
        return environment;
    }
}
