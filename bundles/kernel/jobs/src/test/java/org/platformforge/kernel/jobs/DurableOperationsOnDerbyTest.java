package org.platformforge.kernel.jobs;

import org.platformforge.kernel.store.database.DatabaseKind;

class DurableOperationsOnDerbyTest extends DurableOperationsContract {
    DurableOperationsOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
