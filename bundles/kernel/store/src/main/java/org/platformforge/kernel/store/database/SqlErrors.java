package org.platformforge.kernel.store.database;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import javax.persistence.OptimisticLockException;
import org.apache.derby.iapi.error.StandardException;

/** Tells by SQLSTATE what a failure means, whatever it is wrapped in. */
public final class SqlErrors {
    /** What to do about a failure. */
    public enum Meaning {
        /** Nothing was done, and it may well succeed now: deadlock, serialisation failure, lock time-out. */
        CONTENTION,
        /** An entity was changed by somebody else since it was read. */
        OPTIMISTIC_LOCK,
        /** A row with this key is there already. */
        DUPLICATE,
        /** The database cannot be reached, or was lost. */
        CONNECTION,
        /** The database ended the statement because it took too long. */
        TIMEOUT,
        /** No room to write. */
        STORAGE,
        /** Not a matter of the database, or a plain error in SQL or mapping. */
        OTHER
    }

    private static final int DEPTH = 24;
    private static final Set<String> CONTENTION = Set.of("40001", "40P01", "55P03", "40XL1", "40XL2", "40XT0");
    private static final Set<String> CONNECTION =
            Set.of("57P01", "57P02", "57P03", "53300", "XJ040", "XJ041", "XJ004", "25P03", "28000", "28P01", "3D000");
    /** Derby's are all that its file, log and page writers throw when a write fails. */
    private static final Set<String> STORAGE = Set.of(
            "53100", "XBM0H", "XSDBC", "XSDF1", "XSDF3", "XSDFH", "XSDFI", "XSDG1", "XSDG3", "XSLA0", "XSLA1", "XSLA2",
            "XSLA4", "XSLAA", "XSLAE", "XSLAI", "XSLAJ", "XSLAQ", "XSLB9");
    /** Derby refuses to write to a database that it opened without room. */
    private static final Set<String> READ_ONLY = Set.of("25502", "25503", "25505", "XSDFB", "XSLAF", "XSLAH", "XSTB2");

    private SqlErrors() {}

    public static Meaning meaning(Throwable failure) {
        Meaning first = Meaning.OTHER;
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            Meaning meaning = ofOne(current);
            if (meaning == Meaning.STORAGE) {
                // A full disk ends connections and lets none begin: it is behind what they say.
                return meaning;
            }
            first = first == Meaning.OTHER ? meaning : first;
            current = current.getCause();
        }
        return first;
    }

    /** Whether the database cannot do it now, and may well later, when it is reached again or has room again. */
    public static boolean mayPass(Throwable failure) {
        Meaning meaning = meaning(failure);
        return meaning == Meaning.CONNECTION || meaning == Meaning.STORAGE;
    }

    /** Whether it was refused because the database, or the connection to it, is for reading only. */
    static boolean refusesToWrite(SQLException failure) {
        return failure.getSQLState() != null && READ_ONLY.contains(failure.getSQLState());
    }

    /** Whether the failure came from the database or the mapping rather than from the caller's own code. */
    public static boolean fromDatabase(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof SQLException || current instanceof javax.persistence.PersistenceException) {
                return true;
            }
            current = current.getCause();
        }
        return false;
    }

    private static Meaning ofOne(Throwable failure) {
        if (failure instanceof OptimisticLockException) {
            return Meaning.OPTIMISTIC_LOCK;
        }
        if (failure instanceof StandardException derby) {
            return STORAGE.contains(derby.getSQLState()) ? Meaning.STORAGE : Meaning.OTHER;
        }
        Meaning first = Meaning.OTHER;
        SQLException current = failure instanceof SQLException sql ? sql : null;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            Meaning meaning = ofState(current);
            if (meaning == Meaning.STORAGE) {
                return meaning;
            }
            first = first == Meaning.OTHER ? meaning : first;
            current = current.getNextException();
        }
        return first;
    }

    private static Meaning ofState(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (CONTENTION.contains(state)) {
            return Meaning.CONTENTION;
        }
        if (state.equals("23505")) {
            return Meaning.DUPLICATE;
        }
        if (STORAGE.contains(state) || READ_ONLY.contains(state)) {
            return Meaning.STORAGE;
        }
        if (state.equals("57014") || state.equals("XCL52")) {
            return Meaning.TIMEOUT;
        }
        boolean connection = state.startsWith("08")
                || CONNECTION.contains(state)
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException;
        return connection ? Meaning.CONNECTION : Meaning.OTHER;
    }
}
