package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class RemovalOnDerbyTest extends RemovalContract {
    RemovalOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
