package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
        Path archive;
        try {
            archive = store().file(tenantId, digest);
        } catch (PlatformException e) {
            throw new DriverException("ARTIFACT_MISSING", e.getMessage() + ": " + digest, false, e);
        }
        AppStore.directory(folder);
        tar(List.of("--extract", "--file=" + archive, "--directory=" + folder, "--no-same-owner"));
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
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(arguments);
        Path said = Files.createTempFile("tar", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
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
