package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class NodeOnDerbyTest extends NodeContract {
    NodeOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
