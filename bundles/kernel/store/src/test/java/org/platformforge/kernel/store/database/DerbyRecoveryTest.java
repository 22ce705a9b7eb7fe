package org.platformforge.kernel.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.testing.StoreFixture;

/** The embedded database in a process that is killed, again and again. */
class DerbyRecoveryTest {
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    private DatabaseSettings settings() {
        return DatabaseSettings.of("jdbc:derby:" + folder.resolve("db"), null, null);
    }

    @Test
    void losesNothingAcknowledgedWhenItsProcessIsKilled() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            int target = acknowledged.size() + 1 + ThreadLocalRandom.current().nextInt(40);
            Process writer = startWriter();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
                String line;
                while ((line = out.readLine()) != null) {
                    if (line.startsWith("committed ")) {
                        acknowledged.add(line.substring("committed ".length()));
                    }
                    if (acknowledged.size() >= target) {
                        writer.toHandle().destroyForcibly();
                    }
                }
            }
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(target);
            assertThat(folder.resolve("db/db.lck")).exists();
        }

        try (StoreFixture store = StoreFixture.open(settings(), NoteEntity.class)) {
            Set<String> kept = store.call(Store.ALL_TENANTS, tx -> {
                Set<String> ids = new HashSet<>();
                try (Statement statement = tx.connection().createStatement();
                        ResultSet rows = statement.executeQuery("SELECT id FROM sample_note")) {
                    while (rows.next()) {
                        ids.add(rows.getString(1));
                    }
                }
                return ids;
            });
            assertThat(kept).containsAll(acknowledged);
            // The event commits with the note or not at all.
            long events = store.call(Store.ALL_TENANTS, tx -> {
                try (Statement statement = tx.connection().createStatement();
                        ResultSet row = statement.executeQuery("SELECT count(*) FROM store_event")) {
                    row.next();
                    return row.getLong(1);
                }
            });
            assertThat(events).isEqualTo(kept.size());
        }
    }

    @Test
    void survivesBeingKilledWhileItIsCreatedAndMigrated() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path before = folder.resolve("db");
            Process writer = startWriter();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(before));
            boolean ended = writer.waitFor(ThreadLocalRandom.current().nextInt(900), TimeUnit.MILLISECONDS);
            assertThat(ended).isFalse();
            writer.toHandle().destroyForcibly();
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
            try (StoreFixture store = StoreFixture.open(settings(), NoteEntity.class)) {
                store.run("ten_a", tx -> tx.em().persist(new NoteEntity("ten_a", "n", "text", tx.now())));
            }
            Files.move(before, folder.resolve("db" + round));
        }
    }

    @Test
    void setsAsideAFolderThatNeverBecameADatabase() throws Exception {
        Files.createDirectories(folder.resolve("db/seg0"));
        Files.writeString(folder.resolve("db/README_DO_NOT_TOUCH_FILES.txt"), "x");
        Database.open(settings()).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("db.incomplete-"));
        }
    }

    @Test
    void setsAsideAFolderWhosePropertiesWereCutOff() throws Exception {
        Files.createDirectories(folder.resolve("db/seg0"));
        Files.writeString(folder.resolve("db/service.properties"), "#/cut/off\n# ****");
        Database.open(settings()).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("db.incomplete-"));
        }
    }

    @Test
    void neverSetsAsideWhatWasADatabaseOnce() throws Exception {
        Database.open(settings()).close();
        Files.writeString(folder.resolve("db/service.properties"), "");

        assertThatThrownBy(() -> Database.open(settings())).isInstanceOf(SQLException.class);

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("db.incomplete-"));
        }
    }

    private Process startWriter() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-Dderby.stream.error.file=" + folder.resolve("derby.log"),
                        NoteWriter.class.getName(),
                        settings().url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void isClosedSoThatNoLockFileIsLeftAndItOpensAgainInTheSameProcess() throws SQLException {
        for (int i = 0; i < 3; i++) {
            try (Database database = Database.open(settings());
                    Connection connection = database.dataSource().getConnection()) {
                assertThat(connection.isValid(1)).isTrue();
                assertThat(folder.resolve("db/db.lck")).exists();
            }
            assertThat(folder.resolve("db/db.lck")).doesNotExist();
        }
    }

    @Test
    void saysSoWhenAnotherProcessHasTheFolder() throws Exception {
        Process writer = startWriter();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("committed");
            assertThatThrownBy(() -> Database.open(settings()))
                    .isInstanceOf(SQLException.class)
                    .rootCause()
                    .hasMessageContaining("Another instance of Derby");
        } finally {
            writer.toHandle().destroyForcibly();
            writer.waitFor(30, TimeUnit.SECONDS);
        }
        Database.open(settings()).close();
    }

    @Test
    void refusesAFolderThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThatThrownBy(() -> Database.open(DatabaseSettings.of("jdbc:derby:" + file + "/db", null, null)))
                .isInstanceOf(Exception.class);
    }
}
