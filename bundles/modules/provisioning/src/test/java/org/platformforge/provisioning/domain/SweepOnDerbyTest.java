package org.platformforge.provisioning.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class SweepOnDerbyTest extends SweepContract {
    SweepOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
