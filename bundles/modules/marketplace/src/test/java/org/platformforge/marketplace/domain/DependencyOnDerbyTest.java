package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class DependencyOnDerbyTest extends DependencyContract {
    DependencyOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
