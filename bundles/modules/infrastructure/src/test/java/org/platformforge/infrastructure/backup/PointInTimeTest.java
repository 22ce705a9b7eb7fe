package org.platformforge.infrastructure.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.infrastructure.backup.Backup.Status;
import org.platformforge.infrastructure.store.BackupTable;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.testing.StoreFixture;

/** Restores to instants, with Derby on files as the platform has it. */
class PointInTimeTest {
    private static final String SECRET = "a row that nobody may read in the archive";

    @TempDir
    private Path data;

    private TestBackups backups;
    private int restored;

    @BeforeEach
    void open() throws SQLException {
        backups = open("database", true, 16);
        write("CREATE TABLE seen (id integer PRIMARY KEY, text varchar(3000))");
        write("CREATE INDEX seen_text ON seen (text)");
    }

    @AfterEach
    void close() {
        backups.close();
    }

    private TestBackups open(String database, boolean pointInTime, long space) {
        StoreFixture store = StoreFixture.open(
                DatabaseSettings.of("jdbc:derby:" + data.resolve(database), null, null), BackupTable.class);
        return new TestBackups(store, data, "", pointInTime, space);
    }

    private void write(String sql, Object... parameters) throws SQLException {
        try (Connection connection = backups.store.maintenance().connect()) {
            Sql.update(connection, sql, parameters);
        }
    }

    private void see(int id) throws SQLException {
        see(id, "");
    }

    private void see(int id, String text) throws SQLException {
        write("INSERT INTO seen VALUES (?, ?)", id, text);
    }

    private PointInTime window() {
        return backups.service.pointInTime(OPERATOR).orElseThrow();
    }

    /** An instant after which everything comes that is written from now on. */
    private Instant now() {
        Instant now = window().latest();
        Awaitility.await().until(() -> window().latest().isAfter(now));
        return now;
    }

    private Backup made(String name) {
        Backup made = backups.made(name);
        assertThat(made.status()).as(made.problem()).isEqualTo(Status.COMPLETED);
        return made;
    }

    private static PlatformException refused(Runnable call) {
        return catchThrowableOfType(PlatformException.class, call::run);
    }

    private Operation restore(Instant instant, String target) {
        return backups.end(backups.service
                .restoreTo(OPERATOR, instant.toString(), false, target)
                .operation());
    }

    private List<Integer> seenAt(Instant instant) throws SQLException {
        String target = "r" + restored++;
        Operation end = restore(instant, target);
        assertThat(end.status()).as("" + end.error()).isEqualTo(Operation.Status.COMPLETED);
        assertThat(Instant.parse(end.output().get("point_in_time").toString())).isBeforeOrEqualTo(instant);
        return seenIn(end.output().get("database").toString());
    }

    private List<Integer> seenIn(String database) throws SQLException {
        try (Connection connection = backups.store.maintenance().connect(database)) {
            assertThat(LogArchiver.keepsLog(connection)).isFalse();
            return Sql.list(connection, "SELECT id FROM seen ORDER BY id", row -> row.getInt(1));
        } finally {
            backups.store.maintenance().release(database);
        }
    }

    private List<Path> archived() {
        try (Stream<Path> files = Files.list(backups.folder.resolve("log"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void breakAt(Path file, int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void bringsBackExactlyWhatThereWasAtAnInstant() throws SQLException {
        see(1);
        made("base");
        Instant one = now();
        see(2, SECRET);
        Instant two = now();
        write("DELETE FROM seen WHERE id = 1");
        write("CREATE TABLE later (id integer)");
        Instant three = now();
        for (int id = 10; id < 900; id++) {
            see(id, "x".repeat(2500)); // over some files of the log
        }
        Instant four = now();
        write("DROP TABLE later");

        assertThat(seenAt(one)).containsExactly(1);
        assertThat(seenAt(two)).containsExactly(1, 2);
        assertThat(seenAt(three)).containsExactly(2);
        assertThat(seenAt(four)).hasSize(891);
        assertThat(archived()).allSatisfy(file -> {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
            assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        });
    }

    @Test
    void leavesOutWhatWasNotCommittedAtTheInstant() throws SQLException {
        made("base");
        Instant before;
        Instant during;
        try (Connection open = backups.store.maintenance().connect()) {
            open.setAutoCommit(false);
            Sql.update(open, "INSERT INTO seen VALUES (1, 'begun before')");
            see(2);
            before = now();
            Sql.update(open, "INSERT INTO seen VALUES (3, '')");
            see(4, "y".repeat(2000)); // has the log written, the uncommitted row too
            during = now();
            open.commit();
        }
        Instant after = now();

        assertThat(seenAt(before)).containsExactly(2);
        assertThat(seenAt(during)).containsExactly(2, 4);
        assertThat(seenAt(after)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void bringsForwardWhatWasBegunBeforeTheBackup() throws SQLException, IOException {
        backups.archiver.run();
        Instant before;
        try (Connection open = backups.store.maintenance().connect()) {
            open.setAutoCommit(false);
            Sql.update(open, "INSERT INTO seen VALUES (1, 'begun before')");
            assertThat(backups.archiver.beforeBackup()).isTrue();
            write(
                    "CALL SYSCS_UTIL.SYSCS_BACKUP_DATABASE_AND_ENABLE_LOG_ARCHIVE_MODE(?, 1)",
                    data.resolve("copied").toString());
            backups.archiver.afterBackup("b-1", data.resolve("copied/database"));
            before = aMomentLater();
            open.commit();
        }
        Instant after = aMomentLater();

        assertThat(broughtForward("before", before)).isEmpty();
        assertThat(broughtForward("after", after)).containsExactly(1);
    }

    private Instant aMomentLater() {
        Instant now = Instant.now();
        Awaitility.await().until(() -> Instant.now().isAfter(now.plusMillis(2)));
        backups.archiver.run();
        Instant later = Instant.now();
        Awaitility.await().until(() -> Instant.now().isAfter(later.plusMillis(2)));
        return later;
    }

    private List<Integer> broughtForward(String name, Instant instant) throws SQLException, IOException {
        Path folder = data.resolve(name);
        copy(data.resolve("copied/database"), folder);
        backups.archiver.restore(folder, "b-1", instant);
        try (Connection connection = backups.store.maintenance().connect(folder.toString())) {
            return Sql.list(connection, "SELECT id FROM seen", row -> row.getInt(1));
        } finally {
            backups.store.maintenance().release(folder.toString());
        }
    }

    @Test
    void takesTheNewestBackupBeforeTheInstantAndAnOlderOneWhenThatIsGone() throws SQLException {
        Backup first = made("first");
        see(1);
        Instant one = now();
        Backup second = made("second");
        see(2);
        Instant two = now();

        assertThat(restore(two, "newest").output()).containsEntry("backup_id", second.id());
        assertThat(restore(one, "older").output()).containsEntry("backup_id", first.id());
        backups.service.delete(OPERATOR, second.id());
        assertThat(seenAt(two)).as("over the log of two backups").containsExactly(1, 2);
    }

    @Test
    void forgetsInstantsWithTheBackupTheyNeed() throws SQLException {
        Backup first = made("first");
        Instant early = now();
        made("second");
        see(1);
        Instant late = now();

        backups.service.delete(OPERATOR, first.id());
        backups.timer.run();

        PlatformException gone = refused(() -> backups.service.restoreTo(OPERATOR, early.toString(), true, null));
        assertThat(gone.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat(window().earliest()).isAfter(early);
        assertThat(seenAt(late)).containsExactly(1);
        assertThat(archived()).hasSize(1);
    }

    @Test
    void saysWhichInstantsThereAre() {
        assertThat(window().spans()).isEmpty();
        Instant early = Instant.now();
        assertThat(refused(() -> backups.service.restoreTo(OPERATOR, early.toString(), true, null)))
                .hasMessageContaining("none is archived yet");
        made("base");

        Instant later = Instant.now().plus(Duration.ofHours(1));
        for (Instant outside : List.of(early, later)) {
            PlatformException refused =
                    refused(() -> backups.service.restoreTo(OPERATOR, outside.toString(), false, "again"));
            assertThat(refused.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
            assertThat(refused).hasMessageContaining("" + window().earliest());
        }
        for (String none : List.of("", "yesterday", "2026-11-27", "2026-11-27T19:00:00", "1", "\0")) {
            assertThat(refused(() -> backups.service.restoreTo(OPERATOR, none, true, null))
                            .kind())
                    .as(none)
                    .isEqualTo(ErrorKind.VALIDATION);
        }
        String now = now().toString();
        assertThat(refused(() -> backups.service.restoreTo(OPERATOR, now, false, "../x"))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused(() -> backups.service.restoreTo(ALICE, now, true, null))
                        .kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
    }

    @Test
    void aDryRunLeavesNothing() throws SQLException, IOException {
        made("base");
        see(1);
        Instant one = now();

        Operation dry = backups.end(
                backups.service.restoreTo(OPERATOR, one.toString(), true, null).operation());

        assertThat(dry.status()).as("" + dry.error()).isEqualTo(Operation.Status.COMPLETED);
        assertThat(dry.output()).containsEntry("point_in_time", one.toString()).containsKey("tables");
        assertThat(data.resolve("restored")).doesNotExist();
        try (Stream<Path> left = Files.list(backups.folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith(".work"));
        }
    }

    @Test
    void namesTheFileThatIsBrokenAndThePlaceThatIsMissing() throws SQLException, IOException {
        made("base");
        see(1);
        Instant one = now();
        see(9);
        write("DELETE FROM seen WHERE id = 9");
        now();
        see(2);
        Instant two = now();
        backups.archiver.close(); // the next entry begins another file
        see(3);
        Instant three = now();
        Path file = archived().get(0);
        assertThat(archived()).hasSize(2);

        breakAt(file, (int) Files.size(file) - 20);
        assertThat(seenAt(one)).as("before the place that is broken").containsExactly(1);
        Operation broken = restore(two, "broken");
        assertThat(broken.status()).isEqualTo(Operation.Status.FAILED);
        assertThat(broken.error().message())
                .contains(file.getFileName().toString())
                .contains("record");
        assertThat(data.resolve("restored/broken")).doesNotExist();
        breakAt(file, (int) Files.size(file) - 20);

        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 20));
        assertThat(restore(three, "cut").error().message()).startsWith("The archived log lacks what follows byte ");
        Files.write(file, whole);
        assertThat(seenAt(three)).containsExactly(1, 2, 3);
    }

    @Test
    void goesOnAfterTheModuleAndThePlatformWereStartedAgain() throws SQLException {
        made("base");
        see(1);
        Instant one = now();
        LogArchiver next = backups.archiver();
        see(2);
        next.run(); // another generation, before the former one has ended
        see(3);
        Instant three = now();
        backups.close();

        backups = open("database", true, 16);
        see(4);
        Instant four = now();

        assertThat(window().problem()).isNull();
        assertThat(seenAt(one)).containsExactly(1);
        assertThat(seenAt(three)).containsExactly(1, 2, 3);
        assertThat(seenAt(four)).containsExactly(1, 2, 3, 4);
    }

    /** The files as they are while the platform works are what a kill leaves. */
    @Test
    void goesOnAfterAKill() throws SQLException, IOException {
        made("base");
        see(1);
        Instant one = now();
        Connection open = backups.store.maintenance().connect();
        open.setAutoCommit(false);
        Sql.update(open, "INSERT INTO seen VALUES (2, 'not committed')");
        see(3); // not archived yet
        Path left = data.resolve("left");
        copy(data.resolve("database"), left);
        Path last = archived().get(archived().size() - 1);
        Files.write(last, new byte[] {0, 0, 9}, java.nio.file.StandardOpenOption.APPEND);
        open.rollback();
        open.close();
        backups.close();

        backups = open("left", true, 16);
        see(4);
        Instant four = now();

        assertThat(window().problem()).isNull();
        assertThat(seenAt(one)).containsExactly(1);
        assertThat(seenAt(four)).containsExactly(1, 3, 4);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.toString().endsWith(".lck")) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
            }
        }
    }

    @Test
    void saysThatTheDatabaseIsAnotherOneAndKeepsTheInstantsOfTheFormer() throws SQLException {
        made("base");
        see(1);
        Instant one = now();
        see(2);
        Instant end = now();
        String switched = restore(one, "switched").output().get("database").toString();
        backups.close();

        backups = open(data.relativize(Path.of(switched)).toString(), true, 16);
        assertThat(window().problem()).contains("another one");
        backups.timer.run();
        assertThat(backups.timer.check().status()).isEqualTo(HealthCheck.Status.DEGRADED);
        made("after");
        see(7);
        Instant seven = now();

        assertThat(window().problem()).isNull();
        assertThat(seenAt(one)).containsExactly(1);
        assertThat(seenAt(seven)).containsExactly(1, 7);
        Instant between =
                end.plus(Duration.between(end, window().spans().get(1).from()).dividedBy(2));
        assertThat(refused(() -> backups.service.restoreTo(OPERATOR, between.toString(), true, null)))
                .hasMessageContaining(", and ");
    }

    @Test
    void givesTheOldestInstantsUpForRoomAndThenEndsUntilThereIsAnotherBackup() throws SQLException {
        made("first");
        Instant early = now();
        fill(3);
        made("second");
        backups.timer.run();
        Instant late = now();
        assertThat(window().earliest()).isBeforeOrEqualTo(early);
        fill(14);

        PointInTime full = window();

        assertThat(full.problem()).contains("limit of 16 MB");
        assertThat(full.base(early)).isEmpty();
        assertThat(full.base(late)).as("what is archived stays").isPresent();
        assertThat(size(data.resolve("database/log"))).isLessThan(20L << 20);
        backups.timer.run();
        assertThat(backups.timer.check().message()).contains("limit of 16 MB");
        made("third");
        assertThat(window().problem()).isNull();
        assertThat(window().base(late)).isPresent();
    }

    /** What cannot be compressed, in MB. */
    private void fill(int size) throws SQLException {
        java.util.Random random = new java.util.Random(size);
        try (Connection connection = backups.store.maintenance().connect()) {
            connection.setAutoCommit(false);
            Sql.update(connection, "CREATE TABLE fill" + size + " (bytes blob)");
            for (int i = 0; i < size; i++) {
                byte[] bytes = new byte[1 << 20];
                random.nextBytes(bytes);
                Sql.update(connection, "INSERT INTO fill" + size + " VALUES (?)", (Object) bytes);
                connection.commit();
                backups.archiver.run();
            }
        }
    }

    private static long size(Path folder) {
        try {
            return Folders.size(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void beginsByItselfAndForgetsWhenItIsTurnedOff() throws SQLException {
        backups.archiver.run();
        backups.timer.run();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !window().spans().isEmpty());
        assertThat(backups.service.list(OPERATOR))
                .singleElement()
                .satisfies(made -> assertThat(made.origin()).isEqualTo(BackupService.SCHEDULED));
        assertThat(keepsLog()).isTrue();

        backups.close();
        backups = open("database", false, 16);
        AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
        LogArchiver archiver =
                new LogArchiver(backups.store.maintenance(), backups.settings, TestBackups.SECRETS, clock::get);
        archiver.run();
        clock.set(clock.get().plusSeconds(59));
        archiver.run();
        assertThat(keepsLog()).as("perhaps the configuration was not read yet").isTrue();
        assertThat(archived()).isNotEmpty();
        backups.settings.modified(backups.config(true));
        PointInTime window = archiver.window(backups.service.list(OPERATOR)).orElseThrow();
        assertThat(window.problem()).as("it was only late").isNull();
        assertThat(window.spans()).hasSize(1);
        backups.settings.modified(backups.config(false));
        archiver.run();
        clock.set(clock.get().plusSeconds(60));
        archiver.run();

        assertThat(keepsLog()).isFalse();
        assertThat(backups.folder.resolve("log")).doesNotExist();
        assertThat(backups.service.pointInTime(OPERATOR)).isEmpty();
        String now = Instant.now().toString();
        assertThat(refused(() -> backups.service.restoreTo(OPERATOR, now, true, null))
                        .kind())
                .isEqualTo(ErrorKind.NOT_CONFIGURED);
        assertThat(made("plain").restorable()).isTrue();
        assertThat(keepsLog()).isFalse();
    }

    private boolean keepsLog() throws SQLException {
        try (Connection connection = backups.store.maintenance().connect()) {
            return LogArchiver.keepsLog(connection);
        }
    }

    @Test
    void aDiskThatIsFullStopsNothingButTheArchive() throws SQLException, IOException {
        made("base");
        Instant one = now();
        Path log = backups.folder.resolve("log");
        backups.archiver.close();
        Path aside = data.resolve("aside");
        Files.move(log, aside);
        Files.createFile(log); // nothing can be written in it

        see(1);
        backups.archiver.run();

        assertThat(backups.archiver.problem())
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("It cannot be archived"));
        assertThat(keepsLog()).as("Derby frees its room at the next run").isTrue();
        backups.archiver.run();
        assertThat(keepsLog()).isFalse();
        see(2);
        assertThat(made("meanwhile").restorable()).isTrue();
        Files.delete(log);
        Files.move(aside, log);
        assertThat(window().base(one)).isPresent();
    }

    @Test
    void isThePostgresqlServersOwn() {
        try (TestBackups postgresql = new TestBackups(
                StoreFixture.open(DatabaseKind.POSTGRESQL, BackupTable.class), data.resolve("p"), "", true, 16)) {
            assertThat(postgresql.service.pointInTime(OPERATOR)).isEqualTo(Optional.empty());
            PlatformException refused =
                    refused(() -> postgresql.service.restoreTo(OPERATOR, "2026-11-27T19:00:00Z", false, "again"));
            assertThat(refused.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
            assertThat(refused).hasMessageContaining("continuous archive");
        }
    }
}
