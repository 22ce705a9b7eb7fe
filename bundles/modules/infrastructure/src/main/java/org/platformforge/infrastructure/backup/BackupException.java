package org.platformforge.infrastructure.backup;

/** Why a backup or a restore cannot be done, and what would help; may be shown to operators. */
final class BackupException extends Exception {
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }
}
