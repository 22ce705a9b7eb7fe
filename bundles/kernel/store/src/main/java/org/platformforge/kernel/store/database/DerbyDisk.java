package org.platformforge.kernel.store.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embedded Derby on a disk that gets full. Derby gives its database up when it cannot write, and opens it again for the next
 * connection. Without room it is then read-only for as long as it is open, without what only its log has, or it is not opened
 * at all. So when little room is left, or a write has failed, connections are for reading only, and once there is room the
 * database is closed, opened and written to: then everything is as before. What fails is tried again ever more rarely.
 * Thread-safe.
 */
final class DerbyDisk {
    /** In bytes. Derby's log takes 10 MB between two checkpoints: with less it would soon be full again. */
    static final long ROOM = 64L << 20;

    /** In bytes. With less nothing is written any more, before a write fails: what Derby then does does not always end. */
    static final long RESERVE = 32L << 20;

    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(DerbyDisk.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final String DISK_FULL = "53100";

    /** Closes the database, opens it and writes to it. */
    @FunctionalInterface
    interface Reopening {
        void run() throws SQLException;
    }

    /** Where connections come from; opens the database when it is closed. */
    @FunctionalInterface
    interface Source {
        Connection connect() throws SQLException;
    }

    private final String name;
    private final LongSupplier usable;
    private final Reopening reopening;
    private final Runnable closing;
    private final LongSupplier nanos;
    private final Attempts opening = new Attempts();
    private final Attempts writing = new Attempts();
    private volatile String onlyReadable;
    private SQLException closedBy;

    /**
     * @param name of the database, for people
     * @param usable how many bytes its disk has left for it
     * @param closing closes the database when it is open
     * @param nanos as {@link System#nanoTime}
     */
    DerbyDisk(String name, LongSupplier usable, Reopening reopening, Runnable closing, LongSupplier nanos) {
        this.name = name;
        this.usable = usable;
        this.reopening = reopening;
        this.closing = closing;
        this.nanos = nanos;
    }

    /**
     * A connection that can write, or only read, as the database can.
     *
     * @throws SQLException when the database cannot be opened; also without trying, soon after that
     */
    Connection connect(Source source) throws SQLException {
        refuseAfterFailure();
        try {
            Connection connection = source.connect();
            if (connection.isReadOnly()) {
                // It shows what was in its files at some time, and nothing that its log alone has.
                connection.close();
                closing.run();
                throw new SQLException("There was no room to open it and recover its log", DISK_FULL);
            }
            return onlyReadable == null ? connection : forReading(connection);
        } catch (SQLException e) {
            failed(e);
            throw e;
        }
    }

    private synchronized void refuseAfterFailure() throws SQLException {
        if (closedBy == null) {
            return;
        }
        if (!opening.due()) {
            throw new SQLException(onlyReadable, DISK_FULL, closedBy);
        }
        closedBy = null;
    }

    /** The pool wants connections that can write, and would rather have none than others. */
    private static Connection forReading(Connection connection) throws SQLException {
        connection.setReadOnly(true);
        return (Connection) Proxy.newProxyInstance(
                DerbyDisk.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("setReadOnly")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /**
     * Takes note of any failure of any connection.
     *
     * @return whether the connection is of no use any more
     */
    boolean failed(SQLException failure) {
        if (SqlErrors.refusesToWrite(failure)) {
            return onlyReadable == null;
        }
        if (SqlErrors.meaning(failure) != SqlErrors.Meaning.STORAGE) {
            return false;
        }
        if (!begin(Messages.oneLine(failure))) {
            close(failure);
        }
        return false;
    }

    private synchronized boolean begin(String cause) {
        if (onlyReadable != null) {
            return false;
        }
        onlyReadable = "The database " + name + " has no room to write and can only be read until " + (ROOM >> 20)
                + " MB are free: " + cause;
        LOG.warn("{}; {} MB are free", onlyReadable, usable.getAsLong() >> 20);
        return true;
    }

    /** It did not even stand being read: it is left alone for a while. */
    private synchronized void close(SQLException cause) {
        if (onlyReadable != null && closedBy == null) {
            closedBy = cause;
            opening.tried();
        }
    }

    /**
     * Lets the database only be read when little room is left, and makes it writable again when there is enough.
     *
     * @param changed told when it did either: connections from before are of no use any more
     * @return why it can only be read; empty when it can be written, as far as is known
     */
    Optional<String> recover(Runnable changed) {
        long free = usable.getAsLong();
        if (free < RESERVE && begin("little is left")) {
            changed.run();
        } else if (onlyReadable != null && free >= ROOM && writing.due()) {
            writing.tried();
            reopen(changed);
        }
        return Optional.ofNullable(onlyReadable);
    }

    private void reopen(Runnable changed) {
        try {
            reopening.run();
        } catch (SQLException | RuntimeException e) {
            onlyReadable = "The database " + name + " has room again and yet cannot be opened and written: "
                    + Messages.oneLine(e) + ". If that stays so, the platform must be started again";
            LOG.warn("{}", onlyReadable);
            return;
        }
        synchronized (this) {
            onlyReadable = null;
            closedBy = null;
        }
        changed.run();
        LOG.info("The database {} has room again and can be written", name);
    }

    /** Something that is tried at once, and then after ever longer pauses until it was not needed for a while. */
    private final class Attempts {
        private long pause;
        private long last;

        synchronized boolean due() {
            return pause == 0 || nanos.getAsLong() - last >= pause;
        }

        synchronized void tried() {
            long now = nanos.getAsLong();
            long longest = LONGEST_PAUSE.toNanos();
            boolean again = pause != 0 && now - last <= 2 * longest;
            pause = again ? Math.min(2 * pause, longest) : FIRST_PAUSE.toNanos();
            last = now;
        }
    }
}
