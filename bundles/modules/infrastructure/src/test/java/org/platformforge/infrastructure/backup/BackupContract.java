package org.platformforge.infrastructure.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.infrastructure.backup.Backup.Status;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.store.database.DatabaseKind;

/** What backups promise, on the real store of either database. */
abstract class BackupContract {
    private static final String SECRET = "a description that nobody may read in the files";

    private final DatabaseKind kind;
    private TestBackups backups;

    @TempDir
    private Path data;

    BackupContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() throws IOException, InterruptedException {
        if (kind == DatabaseKind.POSTGRESQL) {
            assumeTrue(hasTools(), "This host has no pg_dump and pg_restore of PostgreSQL 15");
        }
        backups = new TestBackups(kind, data, "");
    }

    private static boolean hasTools() throws IOException, InterruptedException {
        try {
            return new PostgresTools("").find("pg_dump", 15).equals(Path.of("/usr/lib/postgresql/15/bin/pg_dump"));
        } catch (BackupException e) {
            return false;
        }
    }

    @AfterEach
    void close() {
        if (backups != null) {
            backups.close();
        }
    }

    private static PlatformException refused(Runnable call) {
        return catchThrowableOfType(PlatformException.class, call::run);
    }

    private Path file(Backup backup) {
        return backups.folder.resolve(backup.id()).resolve("data.pfb");
    }

    private void breakAt(Path file, int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void isForThoseWhoRunThePlatform() {
        assertThat(refused(() -> backups.service.create(ALICE, "mine", null)).kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(refused(() -> backups.service.list(ALICE)).kind()).isEqualTo(ErrorKind.FORBIDDEN);
    }

    @Test
    void refusesNamesThatArePaths() {
        for (String name : List.of("", "../x", "a/b", "..", ".hidden", "a\\b", "a\0", "x".repeat(101), "%2e%2e")) {
            assertThat(refused(() -> backups.service.create(OPERATOR, name, null))
                            .kind())
                    .isEqualTo(ErrorKind.VALIDATION);
        }
        for (String id : List.of("../../etc", "b-\0", "none")) {
            assertThat(refused(() -> backups.service.restore(OPERATOR, id, true, null))
                            .kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
        }
        Backup made = backups.made("good");
        for (String target : List.of("../x", "/tmp/x", "a b", "A", "a\"; DROP TABLE x; --")) {
            assertThat(refused(() -> backups.service.restore(OPERATOR, made.id(), false, target))
                            .kind())
                    .isEqualTo(ErrorKind.VALIDATION);
        }
    }

    @Test
    void oneBrokenByteTurnsTheDrillRedAndIsNamed() throws IOException {
        Backup made = backups.made("nightly");
        assertThat(made.status()).as(made.problem()).isEqualTo(Status.COMPLETED);
        breakAt(file(made), 200);

        Operation drill =
                backups.end(backups.service.verify(OPERATOR, made.id()).operation());

        assertThat(drill.status()).isEqualTo(Operation.Status.FAILED);
        assertThat(drill.error().message()).startsWith("Chunk 1 of ").contains("SHA-256");
        Backup now = backups.service.get(OPERATOR, made.id());
        assertThat(now.status()).isEqualTo(Status.CORRUPT);
        assertThat(now.problem()).startsWith("Chunk 1 of ");
        assertThat(now.provenAt()).as("when it last could be restored").isEqualTo(made.provenAt());
        assertThat(BackupService.lastProven(backups.service.list(OPERATOR))).isEmpty();
        backups.timer.run();
        assertThat(backups.timer.check().status()).isEqualTo(HealthCheck.Status.DEGRADED);
        assertThat(backups.timer.check().message()).contains("nightly").contains("Chunk 1");

        breakAt(file(made), 200);
        backups.end(backups.service.verify(OPERATOR, made.id()).operation());
        assertThat(backups.service.get(OPERATOR, made.id()).status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void aManifestThatWasChangedOrIsAnothersIsRefused() throws IOException {
        Backup one = backups.made("one");
        Path manifest = backups.folder.resolve(one.id()).resolve("manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replaceFirst("\"rows\" : \\d+", "\"rows\" : 7"));
        Operation changed =
                backups.end(backups.service.verify(OPERATOR, one.id()).operation());
        assertThat(changed.error().message()).isEqualTo("The manifest was changed");

        Files.writeString(manifest, text.replace(one.id(), "b-other"));
        Operation other = backups.end(backups.service.verify(OPERATOR, one.id()).operation());
        assertThat(other.error().message()).startsWith("The manifest is another backup's");

        Files.delete(manifest);
        Operation missing =
                backups.end(backups.service.verify(OPERATOR, one.id()).operation());
        assertThat(missing.error().message()).isEqualTo("The manifest is missing");
    }

    @Test
    void beginsHoweverTheDatabaseLooksForTheEarlierOnes() throws SQLException {
        // with it the optimizer chooses as its statistics are, and may read the rows that are not finished, too
        try (Connection connection = backups.store.dataSource().getConnection()) {
            Sql.update(connection, "DROP INDEX jobs_operation_history");
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }

        Backup made = backups.made("first");

        assertThat(made.status()).as(made.problem()).isEqualTo(Status.COMPLETED);
        Operation proof =
                backups.end(backups.service.verify(OPERATOR, made.id()).operation());
        assertThat(proof.status()).isEqualTo(Operation.Status.COMPLETED);
    }

    @Test
    void isCompletedWhenItWasRestoredAndCompared() throws IOException {
        backups.service.create(OPERATOR, "first", SECRET);
        Backup made = backups.made("second");

        assertThat(made.status()).as(made.problem()).isEqualTo(Status.COMPLETED);
        assertThat(made.provenAt()).isNotNull();
        assertThat(made.tables()).isGreaterThan(3);
        assertThat(made.compared()).isPositive();
        assertThat(made.size()).isEqualTo(Files.size(file(made)));
        String bytes = Files.readString(file(made), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain(SECRET).doesNotContain("inf_backup").doesNotContain("INF_BACKUP");
        assertThat(Files.getPosixFilePermissions(file(made).getParent())).hasSize(3);
        Path copy = data.resolve("copies").resolve(made.id()).resolve("data.pfb");
        assertThat(copy).hasSameBinaryContentAs(file(made));
        assertThat(refused(() -> backups.service.create(OPERATOR, "second", null))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);

        backups.service.delete(OPERATOR, made.id());
        assertThat(file(made)).doesNotExist();
        assertThat(copy).doesNotExist();
        assertThat(refused(() -> backups.service.get(OPERATOR, made.id())).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void restoresIntoANewDatabaseAndTouchesNoOther() throws SQLException {
        Backup first = backups.made("first");
        Backup second = backups.made("second");
        assertThat(second.status()).as(second.problem()).isEqualTo(Status.COMPLETED);
        backups.service.delete(OPERATOR, first.id());

        BackupService.Begun begun = backups.service.restore(OPERATOR, second.id(), false, "again");
        Operation restored = backups.end(begun.operation());

        assertThat(restored.status()).as("" + restored.error()).isEqualTo(Operation.Status.COMPLETED);
        try (Connection connection = backups.store.maintenance().connect(begun.target())) {
            assertThat(Sql.list(connection, "SELECT name FROM inf_backup ORDER BY name", row -> row.getString(1)))
                    .as("as it was when the second backup was made")
                    .containsExactly("first", "second");
        }
        Operation twice = backups.end(
                backups.service.restore(OPERATOR, second.id(), false, "again").operation());
        assertThat(twice.status()).isEqualTo(Operation.Status.FAILED);
        assertThat(twice.error().message()).contains("already");
        try (Connection connection = backups.store.maintenance().connect(begun.target())) {
            assertThat(Sql.number(connection, "SELECT COUNT(*) FROM inf_backup"))
                    .isEqualTo(2);
        } finally {
            drop(begun.target());
        }
    }

    private void drop(String target) throws SQLException {
        backups.store.maintenance().release(target);
        if (kind == DatabaseKind.POSTGRESQL) {
            try (Connection connection = backups.store.maintenance().connect()) {
                Sql.update(connection, "DROP DATABASE " + target + " WITH (FORCE)");
            }
        }
    }

    @Test
    void aDrillThatCouldNotBeMadeSaysNothingOfTheBackupAndIsNotTriedAtOnceAgain() {
        Backup made = backups.made("nightly");
        Operation failed = new Operation(
                "op-1",
                OPERATOR.tenantId(),
                DrillHandler.KIND,
                made.id(),
                "system",
                Operation.Status.FAILED,
                Map.of(),
                Map.of(),
                new Operation.Failure("BACKUP_FAILED", "No pg_restore", List.of()),
                List.of(),
                made.createdAt(),
                null,
                null);
        DrillHandler handler = new DrillHandler(backups.table, null, backups.store.outbox());
        backups.store.run(OPERATOR.tenantId(), tx -> handler.finished(tx, failed));

        Backup now = backups.service.get(OPERATOR, made.id());
        assertThat(now.status()).isEqualTo(Status.COMPLETED);
        assertThat(now.problem()).isEqualTo("No pg_restore");
        assertThat(now.checkedAt()).isAfter(made.checkedAt());
        assertThat(now.provenAt()).isEqualTo(made.provenAt());
    }

    @Test
    void makesWhatIsDueOnceAndKeepsWhatIsConfigured() {
        backups.close();
        backups = new TestBackups(kind, data, "PT1H");

        backups.timer.run();
        backups.timer.run();

        List<Backup> all = backups.service.list(OPERATOR);
        assertThat(all).hasSize(1);
        assertThat(all.get(0).origin()).isEqualTo(BackupService.SCHEDULED);
    }

    /** The platform was down over New Year, twice. */
    @Test
    void makesUpOnceForWhatTheScheduleMissed() {
        backups.close();
        backups = new TestBackups(kind, data, "0 0 1 1 *");
        backups.timer.run();
        assertThat(backups.service.list(OPERATOR)).as("nothing was missed yet").isEmpty();
        Instant longAgo = Instant.now().minus(Duration.ofDays(800));
        Backup old = new Backup(
                "b-1",
                "old",
                "",
                Status.FAILED,
                BackupService.SCHEDULED,
                "derby",
                null,
                null,
                null,
                null,
                "u",
                longAgo,
                null,
                null,
                null,
                "broke");
        backups.store.run(OPERATOR.tenantId(), tx -> backups.table.insert(tx, kind == DatabaseKind.POSTGRESQL, old));

        backups.timer.run();
        backups.timer.run();

        assertThat(backups.service.list(OPERATOR))
                .extracting(Backup::name)
                .satisfiesExactly(
                        made -> assertThat(made).matches("scheduled-20\\d\\d-01-01T000000Z"),
                        known -> assertThat(known).isEqualTo("old"));
    }
}
