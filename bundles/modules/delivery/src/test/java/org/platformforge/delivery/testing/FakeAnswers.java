package org.platformforge.delivery.testing;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.delivery.AnswerCounts;

/** A gateway whose clients are the test. */
public final class FakeAnswers implements AnswerCounts {
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    public void add(String backend, long requests, long errors) {
        counts.merge(backend, new Count(requests, errors), Count::plus);
    }

    @Override
    public Map<String, Count> of(String tenantId, Collection<String> backends) {
        return backends.stream()
                .collect(Collectors.toMap(backend -> backend, backend -> counts.getOrDefault(backend, Count.NONE)));
    }
}
