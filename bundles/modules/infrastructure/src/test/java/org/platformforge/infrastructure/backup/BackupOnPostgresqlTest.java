package org.platformforge.infrastructure.backup;

import org.platformforge.kernel.store.database.DatabaseKind;

class BackupOnPostgresqlTest extends BackupContract {
    BackupOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
