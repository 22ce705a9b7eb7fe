package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.platformforge.infrastructure.backup.Manifest.TableState;

/** What differs between the two databases. Used by one thread. */
interface Engine {
    /**
     * Writes the platform's database as it is at one moment, while it is in use.
     *
     * @param work an empty folder
     * @return the tables whose state at that moment is known, with that state
     * @throws BackupException why it cannot be done here
     */
    Map<String, TableState> dump(Path work, OutputStream out)
            throws IOException, SQLException, BackupException, InterruptedException;

    /** The name or the folder of a throw-away database. @param work an empty folder */
    String throwAway(String id, Path work);

    /**
     * Makes a new, empty database.
     *
     * @throws BackupException when there is one already, and why it cannot be done here
     */
    void create(String database) throws IOException, SQLException, BackupException;

    /**
     * Fills a database that {@link #create} made with what {@link #dump} wrote.
     *
     * @param work an empty folder
     */
    void fill(InputStream in, Path work, String database)
            throws IOException, SQLException, BackupException, InterruptedException;

    /** Looks at a database that was restored; the structure is checked too where the database can do so. */
    Map<String, TableState> inspect(String database) throws SQLException;

    /** Closes it; its files stay. */
    void release(String database);

    /** Removes it; nothing happens when it is not there. */
    void drop(String database) throws IOException, SQLException;
}
