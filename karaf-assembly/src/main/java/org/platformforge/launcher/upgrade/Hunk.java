package org.platformforge.launcher.upgrade;

import java.util.ArrayList;
import java.util.List;

/**
 * What one side made of the lines {@code start} (inclusive) to {@code end} (exclusive) of the base; an insertion has
 * {@code start == end}.
 */
record Hunk(int start, int end, List<String> lines) {

    boolean collidesWith(int otherStart, int otherEnd) {
        return start < otherEnd && otherStart < end || start == end && start == otherStart && start == otherEnd;
    }

    /** The changes from one text to the other, in their order, by the longest common subsequence. */
    static List<Hunk> between(List<String> base, List<String> changed) {
        int head = 0;
        int baseEnd = base.size();
        int changedEnd = changed.size();
        while (head < baseEnd && head < changedEnd && base.get(head).equals(changed.get(head))) {
            head++;
        }
        while (baseEnd > head && changedEnd > head && base.get(baseEnd - 1).equals(changed.get(changedEnd - 1))) {
            baseEnd--;
            changedEnd--;
        }
        int[][] common = common(base.subList(head, baseEnd), changed.subList(head, changedEnd));
        List<Hunk> hunks = new ArrayList<>();
        int from = head;
        int to = head;
        while (from < baseEnd || to < changedEnd) {
            int start = from;
            int startChanged = to;
            while (from < baseEnd || to < changedEnd) {
                if (from < baseEnd && to < changedEnd && base.get(from).equals(changed.get(to))) {
                    break;
                }
                if (to == changedEnd
                        || from < baseEnd && common[from + 1 - head][to - head] >= common[from - head][to + 1 - head]) {
                    from++;
                } else {
                    to++;
                }
            }
            if (from > start || to > startChanged) {
                hunks.add(new Hunk(start, from, List.copyOf(changed.subList(startChanged, to))));
            }
            while (from < baseEnd && to < changedEnd && base.get(from).equals(changed.get(to))) {
                from++;
                to++;
            }
        }
        return hunks;
    }

    /** The length of what the rest of one has in common with the rest of the other, by where the rests begin. */
    private static int[][] common(List<String> base, List<String> changed) {
        int[][] common = new int[base.size() + 1][changed.size() + 1];
        for (int i = base.size() - 1; i >= 0; i--) {
            for (int j = changed.size() - 1; j >= 0; j--) {
                common[i][j] = base.get(i).equals(changed.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
