package org.platformforge.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class RetentionTest {
    @ParameterizedTest
    @EnumSource
    void removesOnlyWhatEndedLongAgoWithItsStepsAndItsLog(DatabaseKind kind) {
        try (StoreFixture database = StoreFixture.open(kind, JobsComponent.class);
                Node node = new Node(database, "node-one")) {
            Node.createTestTable(database);
            node.add(new ScriptedHandler("make", "one"));
            List<Operation> old = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                old.add(node.awaitEnd(node.submit("make")));
            }
            age(database);
            Operation young = node.awaitEnd(node.submit("make"));

            node.engine.sweep();

            old.forEach(operation -> {
                assertThat(node.operations.find("ten_a", operation.id())).isEmpty();
                assertThat(node.operations.logs("ten_a", operation.id(), 0, 10)).isEmpty();
            });
            assertThat(node.count("SELECT COUNT(*) FROM jobs_step")).isEqualTo(1);
            assertThat(node.get(young)).isEqualTo(young);
            assertThat(node.operations.logs("ten_a", young.id(), 0, 10)).isNotEmpty();
        }
    }

    private static void age(StoreFixture database) {
        database.run("ten_a", tx -> {
            try (var update = tx.connection().prepareStatement("UPDATE jobs_operation SET finished_at = ?")) {
                update.setTimestamp(1, Timestamp.from(Instant.now().minus(Duration.ofDays(31))));
                update.executeUpdate();
            }
        });
    }
}
