package org.platformforge.extension.api.framework;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A commit's files, as far as a framework is shown them. Immutable.
 *
 * @param paths of its files, relative to the root, by name; a large repository's are cut off at some thousands
 * @param contents of those that {@link Framework#files} names and that are there, as UTF-8; one that is too large is left
 *     out
 */
public record SourceTree(List<String> paths, Map<String, String> contents) {
    public SourceTree {
        paths = List.copyOf(paths);
        contents = Map.copyOf(contents);
    }

    public boolean has(String path) {
        return paths.contains(path);
    }

    /** Whether anything lies in this folder. */
    public boolean hasFolder(String folder) {
        String start = folder + "/";
        return paths.stream().anyMatch(path -> path.startsWith(start));
    }

    /** Paths that match as a whole. */
    public Stream<String> matching(Pattern pattern) {
        return paths.stream().filter(path -> pattern.matcher(path).matches());
    }

    public Optional<String> text(String path) {
        return Optional.ofNullable(contents.get(path));
    }
}
