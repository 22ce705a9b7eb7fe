package org.platformforge.driver.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Artifacts.Artifact;

/**
 * Folders as artifacts: archives in which the same files make the same bytes, whoever packed them and when. Links and
 * modes are kept, owners and times are not. Written and read by the host's {@code tar}, which leaves no archive's files
 * outside of the folder it unpacks into. Thread-safe.
 */
final class Archives {
    private static final int MINUTES = 10;
    private static final String ROOT = "./";
    private static final int LONGEST_LIST = 20_000;
    private static final long LONGEST_FILE = 1 << 20;
    /** A plain file: mode, owner, size, date, time, name. */
    private static final Pattern FILE = Pattern.compile("-\\S+ \\S+ +(\\d+) \\S+ \\S+ \\./(.+)");

    private final Supplier<Artifacts> artifacts;
    private final ProcessConfig config;

    /** @param artifacts null while no store is there */
    Archives(Supplier<Artifacts> artifacts, ProcessConfig config) {
        this.artifacts = artifacts;
        this.config = config;
    }

    /** Keeps all files of a folder but Git's own. @param beside where a file may be made for a moment */
    Artifact pack(String tenantId, Path folder, Path beside) throws IOException, DriverException, InterruptedException {
        Artifacts store = store();
        Path archive = Files.createTempFile(beside, "artifact", ".tar");
        try {
            tar(List.of(
                    "--create",
                    "--file=" + archive,
                    "--directory=" + folder,
                    "--format=gnu",
                    "--sort=name",
                    "--mtime=@0",
                    "--owner=0",
                    "--group=0",
                    "--numeric-owner",
                    "--hard-dereference",
                    "--exclude=./.git",
                    "."));
            long limit = config.artifact_megabytes() * 1024L * 1024;
            if (Files.size(archive) > limit) {
                throw new DriverException(
                        "ARTIFACT_TOO_LARGE",
                        "The files are larger than the " + config.artifact_megabytes() + " MiB that are allowed",
                        false,
                        null);
            }
            return store.put(tenantId, archive);
        } catch (PlatformException e) {
            throw new DriverException("ARTIFACT_STORE", "The artifact cannot be kept: " + e.getMessage(), true, e);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** Puts the files into a folder, which is made where it is missing. */
    void unpack(String tenantId, String digest, Path folder) throws IOException, DriverException, InterruptedException {
        Path archive = file(tenantId, digest);
        AppStore.directory(folder);
        tar(List.of("--extract", "--file=" + archive, "--directory=" + folder, "--no-same-owner"));
    }

    /** Paths of plain files, by name; the first {@value #LONGEST_LIST} of more. */
    List<String> list(String tenantId, String digest) throws IOException, DriverException, InterruptedException {
        return List.copyOf(sizes(file(tenantId, digest)).keySet());
    }

    /** The content of those of the paths that are there. */
    Map<String, byte[]> read(String tenantId, String digest, Set<String> paths)
            throws IOException, DriverException, InterruptedException {
        Path archive = file(tenantId, digest);
        Map<String, Long> there = sizes(archive);
        Map<String, byte[]> found = new TreeMap<>();
        for (String path : paths) {
            Long size = there.get(path);
            if (size != null && size > LONGEST_FILE) {
                throw new DriverException("FILE_TOO_LARGE", path + " is larger than 1 MiB", false, null);
            }
            if (size != null) {
                found.put(path, content(archive, path));
            }
        }
        return found;
    }

    private static byte[] content(Path archive, String path) throws IOException, InterruptedException {
        Path content = Files.createTempFile("tar", ".content");
        try {
            tar(List.of("--extract", "--to-stdout", "--file=" + archive, "--", ROOT + path), content);
            return Files.readAllBytes(content);
        } finally {
            Files.deleteIfExists(content);
        }
    }

    /** Path → bytes, in the archive's order, which is by name. */
    private static Map<String, Long> sizes(Path archive) throws IOException, InterruptedException {
        Path listing = Files.createTempFile("tar", ".list");
        try {
            tar(
                    List.of(
                            "--list",
                            "--verbose",
                            "--file=" + archive,
                            "--numeric-owner",
                            "--full-time",
                            "--quoting-style=literal"),
                    listing);
            Map<String, Long> found = new LinkedHashMap<>();
            try (BufferedReader lines = Files.newBufferedReader(listing, StandardCharsets.ISO_8859_1)) {
                String line = lines.readLine();
                while (line != null && found.size() < LONGEST_LIST) {
                    Matcher file = FILE.matcher(line);
                    if (file.matches()) {
                        byte[] name = file.group(2).getBytes(StandardCharsets.ISO_8859_1);
                        found.put(new String(name, StandardCharsets.UTF_8), Long.valueOf(file.group(1)));
                    }
                    line = lines.readLine();
                }
            }
            return found;
        } finally {
            Files.deleteIfExists(listing);
        }
    }

    private Path file(String tenantId, String digest) throws DriverException {
        try {
            return store().file(tenantId, digest);
        } catch (PlatformException e) {
            throw new DriverException("ARTIFACT_MISSING", e.getMessage() + ": " + digest, false, e);
        }
    }

    private Artifacts store() throws DriverException {
        Artifacts store = artifacts.get();
        if (store == null) {
            throw new DriverException(
                    "ARTIFACT_STORE", "The store of artifacts is not there at the moment", true, null);
        }
        return store;
    }

    private static void tar(List<String> arguments) throws IOException, InterruptedException {
        tar(arguments, null);
    }

    /** @param output of tar, or null where it has none */
    private static void tar(List<String> arguments, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(arguments);
        Path said = Files.createTempFile("tar", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(said.toFile())
                    .redirectOutput(output == null ? Redirect.DISCARD : Redirect.to(output.toFile()));
            builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            try {
                if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                    throw new IOException("tar did not end within " + MINUTES + " minutes");
                }
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                String words = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).strip();
                throw new IOException(words.lines().findFirst().orElse("tar ended with " + process.exitValue()));
            }
        } finally {
            Files.deleteIfExists(said);
        }
    }
}
