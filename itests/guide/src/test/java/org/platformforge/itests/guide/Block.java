package org.platformforge.itests.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A fenced block of the guide. Its kind is what stands behind the fence:
 *
 * <ul>
 *   <li>{@code sh}: commands for the first terminal, {@code sh second} for the second;
 *   <li>{@code sh stays}: a command that goes on in the first terminal until Ctrl-C;
 *   <li>{@code text}: what the commands before have printed, {@code text first} what the one that goes on has.
 * </ul>
 *
 * @param line where it begins in the file
 */
record Block(String kind, List<String> lines, int line) {
    private static final String FENCE = "```";
    private static final Set<String> KINDS = Set.of("sh", "sh second", "sh stays", "text", "text first");

    String text() {
        return String.join("\n", lines);
    }

    /** All blocks of a file, in order. Fails on a kind it does not know, so that no block is left out. */
    static List<Block> of(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith(FENCE)) {
                int end = i + 1;
                while (!lines.get(end).equals(FENCE)) {
                    end++;
                }
                String kind = lines.get(i).substring(FENCE.length());
                if (!KINDS.contains(kind)) {
                    throw new AssertionError(file + ":" + (i + 1) + ": nobody knows what to do with " + lines.get(i));
                }
                blocks.add(new Block(kind, List.copyOf(lines.subList(i + 1, end)), i + 1));
                i = end;
            }
        }
        return blocks;
    }
}
