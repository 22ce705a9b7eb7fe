package org.platformforge.provisioning.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class SweepOnPostgresqlTest extends SweepContract {
    SweepOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
