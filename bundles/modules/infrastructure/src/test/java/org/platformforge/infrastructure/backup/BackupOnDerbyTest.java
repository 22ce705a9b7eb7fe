package org.platformforge.infrastructure.backup;

import org.platformforge.kernel.store.database.DatabaseKind;

class BackupOnDerbyTest extends BackupContract {
    BackupOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
