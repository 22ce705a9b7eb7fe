package org.platformforge.infrastructure.backup;

/** The file is what was written, and a table that was restored from it is not as it is known to have been. */
final class TableDiffersException extends CorruptBackupException {
    private static final long serialVersionUID = 1L;

    TableDiffersException(String message) {
        super(message);
    }
}
