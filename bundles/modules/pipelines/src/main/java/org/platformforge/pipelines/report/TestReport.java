package org.platformforge.pipelines.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tests of a stage said of themselves.
 *
 * @param errors of those that ended otherwise than by a failed assertion
 * @param seconds as the tests measured it
 * @param cases those that did not pass first, of the others the first; {@code tests} counts all
 * @param truncated whether there are more cases than are kept
 * @param unread files that were no report that could be read, each with its reason
 */
public record TestReport(
        int tests,
        int failures,
        int errors,
        int skipped,
        double seconds,
        List<Case> cases,
        boolean truncated,
        List<String> unread) {
    public enum Outcome {
        PASSED,
        FAILED,
        ERROR,
        SKIPPED
    }

    /** @param message of a failure or of what was skipped; empty for none */
    public record Case(String suite, String name, Outcome outcome, double seconds, String message) {
        boolean bad() {
            return outcome == Outcome.FAILED || outcome == Outcome.ERROR;
        }
    }

    public int passed() {
        return tests - failures - errors - skipped;
    }

    /** Names of those that failed, the first. */
    public List<String> failed(int most) {
        return cases.stream()
                .filter(Case::bad)
                .limit(most)
                .map(one -> one.suite().isEmpty() ? one.name() : one.suite() + "." + one.name())
                .toList();
    }

    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tests", tests);
        map.put("failures", failures);
        map.put("errors", errors);
        map.put("skipped", skipped);
        map.put("seconds", seconds);
        map.put("truncated", truncated);
        map.put("unread", unread);
        List<Object> rows = new ArrayList<>();
        for (Case one : cases) {
            rows.add(List.of(one.suite(), one.name(), one.outcome().name(), one.seconds(), one.message()));
        }
        map.put("cases", rows);
        return map;
    }

    public static TestReport of(Map<String, Object> map) {
        List<Case> cases = new ArrayList<>();
        for (Object row : (List<?>) map.get("cases")) {
            List<?> one = (List<?>) row;
            cases.add(new Case(
                    (String) one.get(0),
                    (String) one.get(1),
                    Outcome.valueOf((String) one.get(2)),
                    ((Number) one.get(3)).doubleValue(),
                    (String) one.get(4)));
        }
        List<String> unread = new ArrayList<>();
        ((List<?>) map.get("unread")).forEach(reason -> unread.add((String) reason));
        return new TestReport(
                integer(map.get("tests")),
                integer(map.get("failures")),
                integer(map.get("errors")),
                integer(map.get("skipped")),
                ((Number) map.get("seconds")).doubleValue(),
                List.copyOf(cases),
                Boolean.TRUE.equals(map.get("truncated")),
                List.copyOf(unread));
    }

    private static int integer(Object value) {
        return ((Number) value).intValue();
    }
}
