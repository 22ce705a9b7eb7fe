package org.platformforge.infrastructure.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.infrastructure.backup.DerbyLog.Piece;
import org.platformforge.infrastructure.backup.DerbyLog.Position;
import org.platformforge.infrastructure.backup.LogSegment.Entry;
import org.platformforge.kernel.store.testing.FixedSecrets;

/** Files of the archive, and what is put beside a backup of them. */
class LogArchiveTest {
    private static final Instant T0 = Instant.parse("2026-11-27T19:00:00Z");
    private static final FixedSecrets SECRETS = new FixedSecrets("test");

    @TempDir
    private Path data;

    private LogArchive archive;
    private Path log;

    @BeforeEach
    void backUp() throws IOException {
        archive = new LogArchive(data.resolve("log"), SECRETS);
        log = Files.createDirectories(data.resolve("database/log"));
        Files.write(log.resolve("log4.dat"), new byte[100]);
    }

    private static Instant at(int second) {
        return T0.plusSeconds(second);
    }

    private static Entry entry(int since, int until, boolean whole, Piece piece) {
        return new Entry(at(since), at(until), whole, piece);
    }

    private static Piece piece(long file, long offset, int length) {
        byte[] bytes = new byte[length];
        bytes[length - 1] = 7;
        return new Piece(new Position(file, offset), bytes);
    }

    /** The beginning of a file whose predecessor ended there. */
    private static Piece beginning(long file, long previousEnd) {
        ByteBuffer bytes = ByteBuffer.allocate(30);
        bytes.putLong(8, file).putLong(16, (file - 1) << 32 | previousEnd);
        return new Piece(new Position(file, 0), bytes.array());
    }

    private LogSegment segment(int from, String backup, boolean continues, Entry... entries) throws IOException {
        LogSegment segment = archive.begin(at(from), backup, continues);
        try (LogSegment.Writer writer = new LogSegment.Writer(segment, SECRETS)) {
            for (Entry entry : entries) {
                writer.write(entry);
            }
        }
        return segment;
    }

    private Instant restore(int second) throws IOException {
        Files.deleteIfExists(log.resolve("log5.dat"));
        Files.deleteIfExists(log.resolve("log6.dat"));
        return archive.restore(data.resolve("database"), "b-1", at(second));
    }

    @Test
    void putsInPlaceWhatWasWrittenByTheInstantAndSaysWhichOneThatIs() throws IOException {
        segment(
                0,
                "b-1",
                false,
                entry(0, 0, true, beginning(5, 100)),
                entry(3, 5, true, piece(5, 30, 20)),
                entry(8, 9, true, beginning(6, 50)));

        assertThat(restore(2)).as("nothing was written between").isEqualTo(at(2));
        assertThat(log.resolve("log5.dat")).hasSize(30);
        assertThat(restore(4)).as("it may have been written before or after").isEqualTo(at(3));
        assertThat(restore(5)).isEqualTo(at(5));
        assertThat(log.resolve("log5.dat")).hasSize(50);
        assertThat(log.resolve("log6.dat")).doesNotExist();
        assertThat(restore(60)).isEqualTo(at(60));
        assertThat(log.resolve("log5.dat"))
                .as("so that Derby looks for the next file")
                .hasSize(54);
        assertThat(log.resolve("log6.dat")).hasSize(30);
    }

    @Test
    void leavesOutWhatWasNotArchivedToItsEnd() throws IOException {
        segment(
                0,
                "b-1",
                false,
                entry(0, 0, true, beginning(5, 100)),
                entry(3, 5, false, piece(5, 30, 20)),
                entry(3, 5, false, beginning(6, 50)));

        assertThat(restore(60)).isEqualTo(at(3));
        assertThat(log.resolve("log5.dat")).hasSize(30);
        assertThat(log.resolve("log6.dat")).doesNotExist();
        assertThat(archive.spans(Set.of("b-1"), null).get(0).until()).isEqualTo(at(0));

        segment(3, null, true, entry(3, 7, false, piece(5, 30, 20)), entry(3, 7, true, beginning(6, 50)));
        assertThat(restore(60)).as("it was archived again").isEqualTo(at(60));
        assertThat(log.resolve("log6.dat")).hasSize(30);
    }

    @Test
    void namesThePlaceWhereSomethingIsMissing() throws IOException {
        segment(0, "b-1", false, entry(0, 0, true, beginning(5, 100)));
        LogSegment lost = segment(1, null, true, entry(1, 2, true, piece(5, 30, 20)));
        segment(3, null, true, entry(3, 4, true, piece(5, 50, 20)), entry(5, 6, true, beginning(6, 70)));
        Files.delete(lost.file());

        assertThatThrownBy(() -> restore(60))
                .isInstanceOf(CorruptBackupException.class)
                .hasMessage("The archived log lacks what follows byte 30 of log file 5, written between " + at(3)
                        + " and " + at(4));
    }

    @Test
    void refusesAFileThatBeginsElsewhereThanTheOneBeforeItEnded() throws IOException {
        segment(0, "b-1", false, entry(0, 0, true, beginning(5, 100)), entry(1, 2, true, beginning(6, 31)));

        assertThatThrownBy(() -> restore(60)).isInstanceOf(CorruptBackupException.class);
        assertThatThrownBy(() -> archive.restore(data.resolve("database"), "b-2", at(1)))
                .hasMessageContaining("b-2 is gone");
    }

    @Test
    void opensNoFileOfAnotherNameOrKey() throws IOException {
        LogSegment segment = segment(0, "b-2", false, entry(0, 0, true, beginning(5, 100)));
        Files.move(
                segment.file(),
                LogSegment.in(archive.folder(), 1, at(0), "b-1", false).file());

        assertThatThrownBy(() -> restore(1)).hasMessageContaining("a key that cannot be opened");
        LogArchive anothers = new LogArchive(archive.folder(), new FixedSecrets("another"));
        assertThatThrownBy(() -> anothers.restore(data.resolve("database"), "b-1", at(1)))
                .hasMessageContaining("a key that cannot be opened");
    }

    @Test
    void knowsTheInstantsAndTheGapsBetweenThem() throws IOException {
        segment(0, "b-1", false, entry(0, 0, true, beginning(5, 100)), entry(1, 9, true, piece(5, 30, 5)));
        segment(20, "b-2", false, entry(20, 20, true, beginning(8, 100)));
        segment(30, "b-3", true, entry(30, 30, true, beginning(9, 100)));

        PointInTime all = new PointInTime(archive.spans(Set.of("b-1", "b-2", "b-3"), at(40)), null);

        assertThat(all.base(at(9))).contains("b-1");
        assertThat(all.base(at(15))).isEmpty();
        assertThat(all.base(at(29))).contains("b-2");
        assertThat(all.base(at(40))).contains("b-3");
        assertThat(all.base(at(41))).isEmpty();
        PointInTime without = new PointInTime(archive.spans(Set.of("b-1", "b-3"), at(40)), null);
        assertThat(without.base(at(29))).isEmpty();
        assertThat(archive.trim(Set.of("b-2", "b-3"))).isTrue();
        assertThat(archive.segments()).hasSize(2);
        assertThat(archive.dropOldest(Set.of("b-2", "b-3"))).contains(at(30));
        assertThat(archive.dropOldest(Set.of("b-3"))).isEmpty();
        assertThat(archive.trim(Set.of())).isFalse();
        assertThat(archive.segments()).isEmpty();
    }
}
