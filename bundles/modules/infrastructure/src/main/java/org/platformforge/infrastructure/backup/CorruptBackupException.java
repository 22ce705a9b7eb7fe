package org.platformforge.infrastructure.backup;

import java.io.IOException;

/** A backup that is not what was written. The message names what is wrong, and may be shown to operators. */
class CorruptBackupException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptBackupException(String message) {
        super(message);
    }
}
