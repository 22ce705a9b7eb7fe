package org.platformforge.infrastructure.backup;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * To which instants the database can be restored.
 *
 * @param spans in order, without overlap; empty while there are none
 * @param problem why nothing is archived now; null when it is
 */
public record PointInTime(List<Span> spans, String problem) {
    /**
     * Instants between two, both included.
     *
     * @param backups that can be restored from, oldest first
     */
    public record Span(Instant from, Instant until, List<Base> backups) {
        boolean has(Instant instant) {
            return !instant.isBefore(from) && !instant.isAfter(until);
        }
    }

    /** @param from the first instant that it can be restored to */
    public record Base(String backup, Instant from) {}

    public PointInTime {
        spans = List.copyOf(spans);
    }

    /** Null while there is none. */
    public Instant earliest() {
        return spans.isEmpty() ? null : spans.get(0).from();
    }

    /** Null while there is none. */
    public Instant latest() {
        return spans.isEmpty() ? null : spans.get(spans.size() - 1).until();
    }

    /** The newest backup that this instant can be reached from; empty when the instant is outside. */
    Optional<String> base(Instant instant) {
        return spans.stream()
                .filter(span -> span.has(instant))
                .flatMap(span -> span.backups().stream())
                .filter(base -> !base.from().isAfter(instant))
                .reduce((older, newer) -> newer)
                .map(Base::backup);
    }

    /** For people. */
    public String told() {
        return spans.isEmpty()
                ? "the next backup on: none is archived yet"
                : spans.stream()
                        .map(span -> span.from() + " to " + span.until())
                        .collect(Collectors.joining(", and "));
    }
}
