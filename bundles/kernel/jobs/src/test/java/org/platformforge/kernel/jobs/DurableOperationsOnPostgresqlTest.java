package org.platformforge.kernel.jobs;

import org.platformforge.kernel.store.database.DatabaseKind;

class DurableOperationsOnPostgresqlTest extends DurableOperationsContract {
    DurableOperationsOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
