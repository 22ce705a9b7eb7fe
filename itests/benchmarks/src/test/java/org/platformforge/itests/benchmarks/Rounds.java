package org.platformforge.itests.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Rounds of one measurement. One during which other processes used more than {@value #TOLERATED_CORES} core does not
 * count, unless that is true of all. Not thread-safe.
 */
final class Rounds<T> {
    static final double TOLERATED_CORES = 0.15;

    /** At the end of a description. */
    static final String DISTURBED = ", all disturbed";

    private final List<T> undisturbed = new ArrayList<>();
    private final List<T> all = new ArrayList<>();

    void add(T round, double otherCores) {
        all.add(round);
        if (otherCores <= TOLERATED_CORES) {
            undisturbed.add(round);
        }
    }

    /** Whether another round is run: those beyond the wanted ones only in the place of discarded ones. */
    boolean goOn(int wanted) {
        return undisturbed.size() < wanted && all.size() < 2 * wanted;
    }

    int size() {
        return all.size();
    }

    List<T> kept() {
        return List.copyOf(undisturbed.isEmpty() ? all : undisturbed);
    }

    double median(ToDoubleFunction<T> value) {
        return median(kept().stream().mapToDouble(value).toArray());
    }

    double maximum(ToDoubleFunction<T> value) {
        return kept().stream().mapToDouble(value).max().orElseThrow();
    }

    /** For the table. */
    String describe() {
        if (undisturbed.isEmpty()) {
            return all.size() + DISTURBED;
        }
        int discarded = all.size() - undisturbed.size();
        return undisturbed.size() + (discarded == 0 ? "" : ", " + discarded + " discarded");
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
