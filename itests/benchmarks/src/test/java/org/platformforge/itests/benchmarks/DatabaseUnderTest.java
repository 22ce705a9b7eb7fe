package org.platformforge.itests.benchmarks;

import java.util.List;

/**
 * What a platform keeps its data in.
 *
 * @param processes pids of its process trees; empty when it is embedded
 */
record DatabaseUnderTest(String name, List<Long> processes) {
    static final DatabaseUnderTest DERBY = new DatabaseUnderTest("Derby", List.of());

    static DatabaseUnderTest postgresql(long pid) {
        return new DatabaseUnderTest("PostgreSQL", List.of(pid));
    }
}
