package org.platformforge.extension.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The platform's distribution on this machine. Stateless. */
final class Distribution {
    private Distribution() {}

    /** @throws IOException when there is none */
    static Path at(Path home) throws IOException {
        if (!Files.isExecutable(home.resolve("bin/forge"))) {
            throw new IOException(home + " is no distribution of the platform: there is no bin/forge in it");
        }
        return home;
    }

    /**
     * Unpacks an archive, once.
     *
     * @param folder for it and nothing else
     */
    static Path unpacked(Path archive, Path folder) throws IOException, InterruptedException {
        Path marker = folder.resolve("unpacked");
        String content =
                archive.toAbsolutePath() + " " + Files.size(archive) + " " + Files.getLastModifiedTime(archive);
        if (!Files.isRegularFile(marker) || !Files.readString(marker).equals(content)) {
            delete(folder);
            Files.createDirectories(folder);
            List<String> command =
                    List.of("tar", "-xzf", archive.toAbsolutePath().toString(), "-C", folder.toString());
            int result = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (result != 0) {
                throw new IOException(archive + " cannot be unpacked by tar");
            }
            Files.writeString(marker, content);
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return at(folders.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IOException(archive + " holds no distribution")));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
