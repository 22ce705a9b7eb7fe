package org.platformforge.launcher.upgrade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Three texts of settings become one: what only one side changed is taken; where both changed the same lines, the
 * {@link Choice} says whose count. Lines added at the same place are both taken when they set different keys: the order of
 * settings has no meaning. A key that would be set twice is a conflict of the whole file.
 *
 * @param lines the merged ones; without a choice, the operator's stand where there is a conflict
 * @param conflicts in their order; also those that a choice has decided
 */
record Merge(List<String> lines, List<Conflict> conflicts) {

    /**
     * @param line of the operator's file, from 1
     * @param base what was shipped with the installed version
     * @param why what cannot be seen from the lines, or empty
     */
    record Conflict(int line, List<String> base, List<String> ours, List<String> theirs, String why) {}

    static Merge of(List<String> base, List<String> ours, List<String> theirs, Choice choice) {
        Merge merge = new Region(base, Hunk.between(base, ours), Hunk.between(base, theirs), choice).merge();
        Map<String, Integer> mine = Lines.keys(ours);
        Map<String, Integer> coming = Lines.keys(theirs);
        for (Map.Entry<String, Integer> key : Lines.keys(merge.lines).entrySet()) {
            int most = Math.max(mine.getOrDefault(key.getKey(), 0), coming.getOrDefault(key.getKey(), 0));
            if (key.getValue() > most) {
                return whole(ours, theirs, choice, "both set " + key.getKey() + ", at different places");
            }
        }
        return merge;
    }

    /** A conflict of everything with everything. */
    static Merge whole(List<String> ours, List<String> theirs, Choice choice, String why) {
        return new Merge(
                choice == Choice.THEIRS ? theirs : ours,
                List.of(new Conflict(1, List.of(), List.of(), List.of(), why)));
    }

    /** Goes over the base once; {@code line} counts what the operator's file has up to there. */
    private static final class Region {
        private final List<String> base;
        private final List<Hunk> ours;
        private final List<Hunk> theirs;
        private final Choice choice;
        private final List<String> result = new ArrayList<>();
        private final List<Conflict> conflicts = new ArrayList<>();
        private int position;
        private int line = 1;

        Region(List<String> base, List<Hunk> ours, List<Hunk> theirs, Choice choice) {
            this.base = base;
            this.ours = new ArrayList<>(ours);
            this.theirs = new ArrayList<>(theirs);
            this.choice = choice;
        }

        Merge merge() {
            while (!ours.isEmpty() || !theirs.isEmpty()) {
                next();
            }
            result.addAll(base.subList(position, base.size()));
            return new Merge(result, conflicts);
        }

        private void next() {
            Hunk first = first();
            int start = first.start();
            int end = first.end();
            List<Hunk> mine = new ArrayList<>();
            List<Hunk> coming = new ArrayList<>();
            (first == head(ours) ? mine : coming).add((first == head(ours) ? ours : theirs).remove(0));
            for (boolean grown = true; grown; ) {
                grown = false;
                for (List<Hunk> side : List.of(ours, theirs)) {
                    Hunk hunk = head(side);
                    if (hunk != null && hunk.collidesWith(start, end)) {
                        (side == ours ? mine : coming).add(side.remove(0));
                        end = Math.max(end, hunk.end());
                        grown = true;
                    }
                }
            }
            List<String> before = base.subList(position, start);
            result.addAll(before);
            line += physical(before);
            List<String> was = base.subList(start, end);
            List<String> mineText = apply(mine, start, end);
            List<String> comingText = apply(coming, start, end);
            if (coming.isEmpty() || mineText.equals(comingText)) {
                result.addAll(mineText);
            } else if (mine.isEmpty()) {
                result.addAll(comingText);
            } else if (was.isEmpty() && areApart(mineText, comingText)) {
                result.addAll(comingText);
                result.addAll(mineText);
            } else {
                conflicts.add(new Conflict(line, List.copyOf(was), mineText, comingText, ""));
                result.addAll(choice == Choice.THEIRS ? comingText : mineText);
            }
            line += physical(mineText);
            position = end;
        }

        private Hunk first() {
            Hunk mine = head(ours);
            Hunk coming = head(theirs);
            if (mine == null || coming == null) {
                return mine == null ? coming : mine;
            }
            return Comparator.comparingInt(Hunk::start)
                                    .thenComparingInt(Hunk::end)
                                    .compare(mine, coming)
                            <= 0
                    ? mine
                    : coming;
        }

        private List<String> apply(List<Hunk> hunks, int start, int end) {
            List<String> text = new ArrayList<>();
            int at = start;
            for (Hunk hunk : hunks) {
                text.addAll(base.subList(at, hunk.start()));
                text.addAll(hunk.lines());
                at = hunk.end();
            }
            text.addAll(base.subList(at, end));
            return text;
        }

        private static boolean areApart(List<String> one, List<String> other) {
            Map<String, Integer> keys = Lines.keys(one);
            return !keys.isEmpty() && Lines.keys(other).keySet().stream().noneMatch(keys::containsKey);
        }

        private static Hunk head(List<Hunk> hunks) {
            return hunks.isEmpty() ? null : hunks.get(0);
        }

        private static int physical(List<String> lines) {
            return lines.stream().mapToInt(text -> text.split("\n", -1).length).sum();
        }
    }
}
