package org.platformforge.kernel.api.delivery;

import java.util.List;

/** Finds what is new at the end of a log that can only be asked for its last lines. Stateless. */
public final class LogTail {
    /** How many lines an engine is asked for. */
    public static final int WINDOW = 2000;

    private static final int REMEMBERED = 50;

    private LogTail() {}

    /**
     * How far a log was read.
     *
     * @param readTo a sequence number, or how many lines
     * @param known the last lines that were read
     */
    public record Position(long readTo, List<String> known) {
        public static final Position START = new Position(0, List.of());
    }

    /**
     * @param lines that are new
     * @param gap whether lines before them may be missing
     */
    public record Fresh(List<String> lines, boolean gap, Position position) {}

    /**
     * @param before how far it was read
     * @param now the last lines, at most {@link #WINDOW}; fewer mean that there are no others
     */
    public static Fresh after(Position before, List<String> now) {
        List<String> known = before.known();
        int from;
        boolean gap = false;
        if (known.isEmpty()) {
            from = 0;
            gap = now.size() >= WINDOW;
        } else {
            from = end(known, now, before.readTo());
            if (from < 0) {
                from = 0;
                gap = true;
            }
        }
        List<String> fresh = now.subList(from, now.size());
        List<String> last = now.isEmpty() ? known : now.subList(Math.max(0, now.size() - REMEMBERED), now.size());
        long readTo = gap && !known.isEmpty() && now.size() < WINDOW ? now.size() : before.readTo() + fresh.size();
        return new Fresh(List.copyOf(fresh), gap && !fresh.isEmpty(), new Position(readTo, List.copyOf(last)));
    }

    /**
     * Where the lines that are known end.
     *
     * @return -1 when they are not there any more
     */
    private static int end(List<String> known, List<String> now, long readTo) {
        if (now.size() < WINDOW && readTo <= now.size() && endsAt(known, now, (int) readTo)) {
            return (int) readTo; // the whole log is here, so that the count alone tells, however often lines repeat
        }
        for (int end = now.size(); end >= known.size(); end--) {
            if (endsAt(known, now, end)) {
                return end;
            }
        }
        return -1;
    }

    private static boolean endsAt(List<String> known, List<String> now, int end) {
        return end >= known.size() && now.subList(end - known.size(), end).equals(known);
    }
}
