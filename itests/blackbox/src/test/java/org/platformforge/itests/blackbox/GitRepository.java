package org.platformforge.itests.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;

/** A repository on disk. */
public final class GitRepository {
    private final Path directory;

    public GitRepository(Path directory) {
        this.directory = directory;
        try (Git git = Git.init().setDirectory(directory.toFile()).call()) {
            git.getRepository().getConfig().setBoolean("commit", null, "gpgsign", false);
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Commits the files, new or changed, under a tag. */
    public void release(String tag, Map<String, String> files) {
        try (Git git = Git.open(directory.toFile())) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = directory.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage(tag)
                    .setAuthor("t", "t@example.com")
                    .setCommitter("t", "t@example.com")
                    .setSign(false)
                    .call();
            git.tag().setName(tag).setAnnotated(false).setSigned(false).call();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Commits that a file is gone. */
    void remove(String path) {
        try (Git git = Git.open(directory.toFile())) {
            git.rm().addFilepattern(path).call();
            git.commit()
                    .setMessage("Remove " + path)
                    .setAuthor("t", "t@example.com")
                    .setCommitter("t", "t@example.com")
                    .setSign(false)
                    .call();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
