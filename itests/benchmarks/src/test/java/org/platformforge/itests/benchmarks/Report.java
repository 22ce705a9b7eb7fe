package org.platformforge.itests.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table, as Markdown with columns of equal width, so that it is readable as it is. Not thread-safe. */
final class Report {
    private static final String NONE = "—";
    private static final List<String> HEAD =
            List.of("Figure", "Product", "Peer or limit", "Ratio", "Aim", "Met", "Rounds");

    private final List<Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param ratio product / peer */
    record Row(String figure, String product, String peer, String ratio, String aim, String met, String rounds) {
        Row product(String value) {
            return new Row(figure, value, peer, ratio, aim, met, rounds);
        }

        Row peer(String value) {
            return new Row(figure, product, value, ratio, aim, met, rounds);
        }

        Row ratio(double value) {
            return new Row(figure, product, peer, String.format(Locale.ROOT, "%.2f", value), aim, met, rounds);
        }

        /** @param isMet null when there is no aim */
        Row aim(String value, Boolean isMet) {
            return isMet == null
                    ? this
                    : new Row(figure, product, peer, ratio, value, isMet ? "met" : "not met", rounds);
        }

        Row rounds(String value) {
            return new Row(figure, product, peer, ratio, aim, met, value);
        }

        List<String> cells() {
            return List.of(figure, product, peer, ratio, aim, met, rounds);
        }
    }

    static Row row(String figure) {
        return new Row(figure, NONE, NONE, NONE, NONE, NONE, NONE);
    }

    void add(Row row) {
        rows.add(row);
    }

    /** Rows of which not one round was free of other processes. */
    long disturbed() {
        return rows.stream()
                .filter(row -> row.rounds().endsWith(Rounds.DISTURBED))
                .count();
    }

    /** A line below the table. */
    void note(String text) {
        notes.add(text);
    }

    String markdown(String title) {
        List<List<String>> lines = new ArrayList<>(List.of(HEAD));
        rows.forEach(row -> lines.add(row.cells()));
        int[] widths = new int[HEAD.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder("# ").append(title).append("\n\n");
        for (int i = 0; i < lines.size(); i++) {
            text.append(line(lines.get(i), widths, ' '));
            if (i == 0) {
                text.append(line(HEAD.stream().map(name -> "").toList(), widths, '-'));
            }
        }
        text.append('\n');
        notes.forEach(note -> text.append("* ").append(note).append('\n'));
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths, char fill) {
        StringBuilder text = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            text.append(' ')
                    .append(cell)
                    .append(String.valueOf(fill).repeat(widths[i] - cell.length()))
                    .append(" |");
        }
        return text.append('\n').toString();
    }
}
