package org.platformforge.driver.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;

/** A repository on disk with one commit. */
final class GitFolder {
    private GitFolder() {}

    static Path of(Path directory, Map<String, String> files) throws Exception {
        Files.createDirectories(directory);
        try (Git git = Git.init().setDirectory(directory.toFile()).call()) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.createDirectories(directory.resolve(file.getKey()).getParent());
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("First")
                    .setAuthor("t", "t@example.com")
                    .setCommitter("t", "t@example.com")
                    .setSign(false)
                    .call();
        }
        return directory;
    }
}
