package org.platformforge.kernel.http.chain;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many refused attempts are recorded: {@value #PER_SUBJECT} a second for each caller or address, so that a flood
 * hides nobody else's attempt, and {@value #IN_ALL} for all, so that nobody fills the audit log. Callers with a
 * credential and addresses without have a total of their own each. Thread-safe.
 */
final class RefusalBudget {
    static final int PER_SUBJECT = 20;
    static final int IN_ALL = 100;

    private final LongSupplier seconds;
    private final Map<String, Integer> bySubject = new HashMap<>();
    private long second;
    private int known;
    private int anonymous;
    private long skipped;
    private long skippedBefore;

    /** @param seconds a monotonic clock */
    RefusalBudget(LongSupplier seconds) {
        this.seconds = seconds;
    }

    /** @param identified whether a credential says who the subject is */
    synchronized boolean take(String subject, boolean identified) {
        long now = seconds.getAsLong();
        if (now != second) {
            second = now;
            known = 0;
            anonymous = 0;
            bySubject.clear();
            skippedBefore += skipped;
            skipped = 0;
        }
        boolean within = (identified ? known : anonymous) < IN_ALL && bySubject.getOrDefault(subject, 0) < PER_SUBJECT;
        if (!within) {
            skipped++;
            return false;
        }
        bySubject.merge(subject, 1, Integer::sum);
        if (identified) {
            known++;
        } else {
            anonymous++;
        }
        return true;
    }

    /** How many attempts were left out in seconds that are over, since the last call. */
    synchronized long skipped() {
        long count = skippedBefore;
        skippedBefore = 0;
        return count;
    }
}
