package org.platformforge.kernel.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.testing.SmallDisk;
import org.platformforge.kernel.store.testing.StoreFixture;

/** The embedded database on a disk that is really full. */
class FullDiskTest {
    private static final String TENANT = "ten_a";
    private static final String TEXT = "x".repeat(1000);
    private static final Duration WITHIN = Duration.ofMinutes(2);
    /** Some of Derby's log is there before it is written, so that not every write needs room. */
    private static final int ENOUGH_WRITES = 5000;

    @TempDir
    Path folder;

    private SmallDisk disk;
    private StoreFixture store;
    private final Set<String> acknowledged = new HashSet<>();

    /** What is written while there is no room. */
    enum Growing {
        TABLE,
        LOG
    }

    @BeforeEach
    void mount() {
        disk = SmallDisk.mount(folder, 128).orElse(null);
        Assumptions.assumeTrue(disk != null, "File systems cannot be mounted here");
    }

    @AfterEach
    void unmount() {
        if (store != null) {
            store.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    private DatabaseSettings settings() {
        return new DatabaseSettings(
                "jdbc:derby:" + folder.resolve("db"),
                null,
                null,
                8,
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    private void openWithNotes() {
        store = StoreFixture.open(settings(), NoteEntity.class);
        for (int i = 0; i < 20; i++) {
            add();
        }
    }

    private void add() {
        String id = Ids.next("note-");
        store.run(TENANT, tx -> tx.em().persist(new NoteEntity(TENANT, id, TEXT, tx.now())));
        acknowledged.add(id);
    }

    private void change(int round) {
        store.run(TENANT, tx -> {
            try (PreparedStatement update = tx.connection().prepareStatement("UPDATE sample_note SET text = ?")) {
                update.setString(1, Integer.toString(round % 10).repeat(TEXT.length()));
                update.executeUpdate();
            }
        });
    }

    private Set<String> kept() {
        return store.call(Store.ALL_TENANTS, tx -> {
            Set<String> ids = new HashSet<>();
            try (Statement statement = tx.connection().createStatement();
                    ResultSet rows = statement.executeQuery("SELECT id FROM sample_note")) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
            return ids;
        });
    }

    /** Writes until it fails. */
    private Throwable failure(Growing what) {
        return catchThrowable(() -> {
            for (int i = 0; i < ENOUGH_WRITES; i++) {
                if (what == Growing.TABLE) {
                    add();
                } else {
                    change(i);
                }
            }
        });
    }

    private static void assertNoRoom(Throwable failure) {
        assertThat(failure).isInstanceOf(PlatformException.class).hasMessage("The database has no room to write");
        PlatformException told = (PlatformException) failure;
        assertThat(told.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(told.retryAfter()).isPresent();
    }

    /** As the platform does every few seconds. */
    private boolean recovered() {
        return store.database().recover().isEmpty();
    }

    private void awaitWritten() {
        await().atMost(WITHIN)
                .ignoreExceptionsInstanceOf(PlatformException.class)
                .until(() -> {
                    boolean recovered = recovered();
                    add();
                    return recovered;
                });
    }

    @ParameterizedTest
    @EnumSource
    void comesBackByItselfWithEverythingThatWasAcknowledged(Growing what) throws SQLException {
        openWithNotes();
        disk.fill();

        assertNoRoom(failure(what));
        assertThat(store.database().recover())
                .hasValueSatisfying(reason -> assertThat(reason)
                        .startsWith("The database jdbc:derby:" + folder.resolve("db") + " has no room to write"));

        disk.free();
        awaitWritten();
        change(0);
        assertThat(kept()).containsAll(acknowledged);
        store.database().ping();
    }

    /** Derby would: it opens a database without its log when there is no room. */
    @ParameterizedTest
    @EnumSource
    void showsNothingOldWhileTheDiskIsFull(Growing what) {
        openWithNotes();
        disk.fill();
        assertNoRoom(failure(what));

        for (int i = 0; i < 8; i++) {
            try {
                assertThat(kept()).containsAll(acknowledged);
            } catch (PlatformException e) {
                assertNoRoom(e);
            }
        }
        disk.free();
    }

    /** Migrations, too, are not broken: they wait. */
    @ParameterizedTest
    @EnumSource
    void refusesEveryWriteWithTheSameErrorWhileTheDiskStaysFull(Growing what) {
        openWithNotes();
        disk.fill();
        assertNoRoom(failure(what));

        for (int i = 0; i < 8; i++) {
            assertThat(store.database().recover()).isPresent();
            assertNoRoom(catchThrowable(this::add));
            assertThat(SqlErrors.mayPass(catchThrowable(this::createTable))).isTrue();
        }
        disk.free();
        awaitWritten();
        assertThat(kept()).containsAll(acknowledged);
    }

    private void createTable() throws SQLException {
        try (Connection connection = store.database().unpooled().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE more (id INTEGER)");
        }
    }

    @Test
    void isOnlyReadBeforeTheDiskIsFullHoweverManyWrite() throws InterruptedException {
        openWithNotes();
        AtomicBoolean end = new AtomicBoolean();
        Set<Throwable> failures = ConcurrentHashMap.newKeySet();
        Set<String> written = ConcurrentHashMap.newKeySet();
        Thread[] writers = new Thread[6];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = new Thread(() -> {
                while (!end.get()) {
                    String id = Ids.next("note-");
                    try {
                        store.run(TENANT, tx -> tx.em().persist(new NoteEntity(TENANT, id, TEXT, tx.now())));
                        written.add(id);
                    } catch (RuntimeException e) {
                        failures.add(e);
                    }
                }
            });
            writers[i].start();
        }
        try {
            disk.fillUpTo(DerbyDisk.RESERVE - 1);
            await().atMost(WITHIN).until(() -> store.database().recover().isPresent());
            await().atMost(WITHIN).until(() -> !failures.isEmpty());
            assertThat(kept()).containsAll(acknowledged);
            disk.free();
            await().atMost(WITHIN).until(this::recovered);
            int before = written.size();
            await().atMost(WITHIN).until(() -> written.size() > before);
        } finally {
            end.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }

        assertThat(failures)
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                told -> assertThat(told.kind()).isEqualTo(ErrorKind.UNAVAILABLE)));
        assertThat(kept()).containsAll(written).containsAll(acknowledged);
    }

    @Test
    void isOpenedByAPlatformThatStartedOnTheFullDiskOnceThereIsRoom() {
        openWithNotes();
        store.close();
        disk.fill();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Database.open(settings()))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(SqlErrors.meaning(e)).isEqualTo(SqlErrors.Meaning.STORAGE));
        }

        disk.free();
        store = StoreFixture.open(settings(), NoteEntity.class);
        assertThat(kept()).containsAll(acknowledged);
        add();
    }

    @Test
    void isNotBegunOnAFullDisk() throws IOException {
        disk.fill();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Database.open(settings()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("There is no room");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("ballast");
        }
        disk.free();
    }
}
