package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.backup.DerbyLog.Piece;
import org.platformforge.infrastructure.backup.DerbyLog.Position;
import org.platformforge.infrastructure.backup.LogSegment.Entry;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.DatabaseMaintenance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Derby's log, so that a backup can be brought forward to any instant after it (ADR 21). What Derby has written is read
 * from its files twice a second and archived with the instants between which it was written. It begins with a backup, which has
 * Derby keep its log files until the next one. When something is in the way (no room, a file that is gone, another database),
 * Derby is told to keep none, and nothing is archived until there is a new backup. Thread-safe.
 */
@Component(service = {LogArchiver.class, RecurringTask.class})
public final class LogArchiver implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(LogArchiver.class);
    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final String DERBY = "derby";
    private static final String URL = "jdbc:derby:";
    private static final String ARCHIVED = "derby.storage.logArchiveMode";
    private static final long SEGMENT = 8L << 20;
    /** Pieces that are archived at once. */
    private static final int MOST = 16;
    /** Bytes. With less, Derby is not asked to keep what it could remove. */
    private static final long ROOM = 256L << 20;

    /** At a start, and while a file is edited, the configuration may not be there yet: instants are not forgotten for that. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** How long at most a new backup is waited for to be proved, before more room is made. */
    private static final Duration PROOF = Duration.ofMinutes(10);

    private static final String FIRST = "The first backup since it was turned on is not made yet";

    private final DatabaseMaintenance database;
    private final BackupSettings settings;
    private final Secrets secrets;
    private final InstantSource clock;
    private volatile LogArchive archive;

    /** Since when it is not configured; null while it is. */
    private Instant unwanted;

    private boolean opened;
    private boolean off;
    private boolean release;
    /** Backups that Derby is asked for now. */
    private int backingUp;

    private DerbyLog log;
    private LogSegment segment;
    private LogSegment.Writer writer;
    private Position position;
    private Instant read = Instant.EPOCH;
    private String problem = FIRST;
    private Set<String> restorable = Set.of();

    @Activate
    public LogArchiver(
            @Reference DatabaseMaintenance database, @Reference BackupSettings settings, @Reference Secrets secrets) {
        this(database, settings, secrets, InstantSource.system());
    }

    LogArchiver(DatabaseMaintenance database, BackupSettings settings, Secrets secrets, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.secrets = secrets;
        this.clock = clock;
        this.archive = new LogArchive(folder(), secrets);
    }

    @Override
    public String name() {
        return "infrastructure.log-archive";
    }

    @Override
    public Duration period() {
        return wanted() ? PERIOD : IDLE;
    }

    /** A licence that ran out costs nobody the way back. */
    @Override
    public boolean runsReadOnly() {
        return true;
    }

    /** Whether it is configured, and this database can do it. */
    boolean wanted() {
        return settings.pointInTime() && DERBY.equals(database.databaseKind());
    }

    /** Archives what is new. */
    @Override
    public synchronized void run() {
        if (!DERBY.equals(database.databaseKind()) || backingUp > 0 && position == null) {
            return;
        }
        try {
            if (!wanted()) {
                turnOff();
                return;
            }
            unwanted = null;
            if (isAnothers()) {
                close();
                position = null;
                opened = false;
            }
            if (!opened) {
                open();
                opened = true;
            }
            if (position != null) {
                advance();
            } else if (release) {
                keepNoLog();
            }
        } catch (IOException | SQLException e) {
            stop("It cannot be archived: " + e.getMessage());
        }
    }

    /** Another folder was configured, or another generation of this module has taken over or was the last to write. */
    private boolean isAnothers() throws IOException {
        Path folder = folder();
        if (!folder.equals(archive.folder())) {
            archive = new LogArchive(folder, secrets);
            return true;
        }
        return writer != null && !archive.isNewest(segment);
    }

    private Path folder() {
        return settings.folder().resolve("log");
    }

    /** Goes on where the last one was, when that is still what Derby's log has. */
    private void open() throws IOException, SQLException {
        Path files = databaseFolder().resolve("log");
        log = Files.isDirectory(files) ? new DerbyLog(files) : null;
        release = keepsLog();
        off = false;
        problem = FIRST;
        if (log == null) {
            stop("The database has no log in " + files);
            return;
        }
        List<LogSegment> all = archive.segments();
        if (all.isEmpty()) {
            if (release) {
                stop("What was archived is gone");
            }
            return;
        }
        Optional<Entry> last;
        try {
            last = all.get(all.size() - 1).last(secrets);
            for (int i = all.size() - 2; last.isEmpty() && i >= 0; i--) {
                last = all.get(i).last(secrets);
            }
        } catch (CorruptBackupException e) {
            stop(e.getMessage());
            return;
        }
        if (release && last.isPresent() && log.has(last.get().piece())) {
            position = last.get().piece().end();
            read = last.get().until();
            problem = null;
        } else {
            stop("What was archived last does not lead to the database: that is another one, or archiving had ended");
        }
    }

    private Path databaseFolder() throws SQLException {
        try (Connection connection = database.connect()) {
            String name = connection.getMetaData().getURL().substring(URL.length());
            return Path.of(System.getProperty("derby.system.home", "")).resolve(name);
        }
    }

    private boolean keepsLog() throws SQLException {
        try (Connection connection = database.connect()) {
            return keepsLog(connection);
        }
    }

    /** Whether a database keeps its log files. */
    static boolean keepsLog(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("VALUES SYSCS_UTIL.SYSCS_GET_DATABASE_PROPERTY(?)")) {
            statement.setString(1, ARCHIVED);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && Boolean.parseBoolean(row.getString(1));
            }
        }
    }

    /** Has a database keep no log files, and remove those it does not need itself. */
    static void keepNoLog(Connection connection) throws SQLException {
        try (CallableStatement disable = connection.prepareCall("CALL SYSCS_UTIL.SYSCS_DISABLE_LOG_ARCHIVE_MODE(1)")) {
            disable.execute();
        }
    }

    private void keepNoLog() throws SQLException {
        try (Connection connection = database.connect()) {
            keepNoLog(connection);
        }
        release = false;
    }

    private void turnOff() throws IOException, SQLException {
        Instant now = clock.instant();
        unwanted = unwanted == null ? now : unwanted;
        if (off || now.isBefore(unwanted.plus(GRACE))) {
            return;
        }
        close();
        position = null;
        opened = false;
        if (keepsLog()) {
            keepNoLog();
            LOG.info("The database's log is not kept any more");
        }
        archive.clear();
        off = true;
    }

    /**
     * What was found in Derby's log.
     *
     * @param at when it was
     * @param all whether nothing had been written by then that was not found
     */
    private record Found(List<Piece> pieces, Instant at, boolean all) {}

    /** Moves the position to the end of Derby's log. */
    private Found find() throws IOException {
        List<Piece> pieces = new ArrayList<>();
        while (pieces.size() < MOST) {
            Instant asked = now();
            Optional<Piece> next = log.next(position);
            if (next.isEmpty()) {
                return new Found(pieces, asked, true);
            }
            pieces.add(next.get());
            position = next.get().end();
        }
        return new Found(pieces, now(), false);
    }

    private void advance() throws IOException {
        long file = position.file();
        Found found;
        try {
            found = find();
        } catch (NoSuchFileException e) {
            stop("Derby's log lacks a file that was not archived yet: " + e.getMessage());
            return;
        }
        if (!found.pieces().isEmpty()) {
            segment(found.pieces().get(0).from());
            write(read, found);
        }
        if (found.all()) {
            read = found.at();
        }
        if (!hasRoom()) {
            stop("Less than " + (ROOM >> 20) + " MB are free");
        } else if (position.file() != file) {
            limit();
        }
    }

    private void write(Instant since, Found found) throws IOException {
        int left = found.pieces().size();
        for (Piece piece : found.pieces()) {
            left--;
            writer.write(new Entry(since, found.at(), left == 0 && found.all(), piece));
        }
        writer.force();
    }

    /** Never goes back, so that instants are in the order of the log. */
    private Instant now() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return now.isBefore(read) ? read : now;
    }

    private void segment(Position from) throws IOException {
        if (writer != null && writer.size() > SEGMENT && from.offset() == 0) {
            close();
        }
        if (writer == null) {
            begin(read, null, true);
        }
    }

    private void begin(Instant from, String backup, boolean continues) throws IOException {
        close();
        segment = archive.begin(from, backup, continues);
        writer = new LogSegment.Writer(segment, secrets);
    }

    /**
     * Before Derby is asked for a backup that is to be brought forward.
     *
     * @return false when none is to be
     */
    synchronized boolean beforeBackup() {
        run();
        if (!wanted() || !opened || log == null) {
            return false;
        }
        backingUp++;
        return true;
    }

    /**
     * Begins anew with a backup; to be called when Derby has written it.
     *
     * @param copied the files that Derby wrote
     */
    synchronized void afterBackup(String backup, Path copied) {
        backingUp--;
        release = true;
        try {
            begin(backup, new DerbyLog(copied.resolve("log")).newest().orElseThrow() + 1);
        } catch (IOException | NoSuchElementException e) {
            stop("It cannot be archived: " + e.getMessage());
        }
    }

    /** @param file of Derby's log, the first that the backup does not have */
    private void begin(String backup, long file) throws IOException {
        Position first = new Position(file, 0);
        if (position != null) {
            advance();
        }
        boolean continues = position != null && position.compareTo(first) >= 0;
        position = first;
        Found found = find();
        read = found.at();
        begin(read, backup, continues);
        write(read, found);
        problem = null;
    }

    /** What Derby was asked for did not come. */
    synchronized void backupFailed() {
        backingUp--;
        if (position == null) {
            release = true;
        }
    }

    /** Gives the oldest instants up when there are too many, or ends when it is the newest backup's alone that are. */
    private void limit() throws IOException {
        long most = settings.pointInTimeSpace();
        while (archive.size() + log.size() > most) {
            Optional<Instant> left = archive.dropOldest(restorable);
            if (left.isPresent()) {
                LOG.info(
                        "The database can be restored to instants from {} on: earlier ones took too much room",
                        left.get());
            } else if (archive.hasNewer(restorable, read.minus(PROOF))) {
                return; // soon it is known whether it can be restored, and the one before it be given up
            } else {
                stop("The log since the newest backup takes more than the limit of " + (most >> 20)
                        + " MB: make backups more often, or raise point.in.time.space");
                return;
            }
        }
    }

    private boolean hasRoom() throws IOException {
        for (Path folder : List.of(log.folder(), settings.folder())) {
            if (Files.exists(folder) && Files.getFileStore(folder).getUsableSpace() < ROOM) {
                return false;
            }
        }
        return true;
    }

    /** What is archived stays; nothing is added to it until there is another backup. */
    private void stop(String why) {
        if (!why.equals(problem)) {
            LOG.warn("The database's log is not archived any more, until the next backup: {}", why);
        }
        position = null;
        problem = why;
        release = true;
        try {
            close();
        } catch (IOException e) {
            LOG.debug("A file of the archive was not closed", e);
        }
    }

    @Deactivate
    public synchronized void close() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }

    /** What is in the way of archiving; empty when nothing is, or only the first backup is still to be made. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(problem).filter(why -> wanted() && !FIRST.equals(why));
    }

    /** Whether a backup is all that is missing. */
    synchronized boolean waitsForBackup() {
        try {
            return wanted() && opened && log != null && position == null && backingUp == 0 && hasRoom();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * What the database can be restored to, up to now.
     *
     * @return empty when it is not configured, or not done with this database
     */
    synchronized Optional<PointInTime> window(List<Backup> backups) {
        if (!wanted()) {
            return Optional.empty();
        }
        run();
        try {
            return Optional.of(new PointInTime(
                    archive.spans(ids(backups, Backup::restorable), position == null ? null : read), problem));
        } catch (IOException e) {
            return Optional.of(new PointInTime(List.of(), e.getMessage()));
        }
    }

    private static Set<String> ids(List<Backup> backups, Predicate<Backup> which) {
        return backups.stream().filter(which).map(Backup::id).collect(Collectors.toSet());
    }

    /** Removes what belongs to backups that are not kept any more. */
    synchronized void keep(List<Backup> backups) {
        if (!wanted() || backingUp > 0) {
            return;
        }
        restorable = ids(backups, Backup::restorable);
        Set<String> ids = ids(backups, backup -> backup.status() != Backup.Status.FAILED);
        try {
            if (!archive.trim(ids) && position != null) {
                stop("The backup that it belonged to was deleted");
            }
        } catch (IOException e) {
            LOG.warn("What no backup needs any more of the archived log cannot be removed: {}", e.getMessage());
        }
    }

    /** @see LogArchive#restore */
    Instant restore(Path folder, String backup, Instant instant) throws IOException {
        return archive.restore(folder, backup, instant);
    }
}
