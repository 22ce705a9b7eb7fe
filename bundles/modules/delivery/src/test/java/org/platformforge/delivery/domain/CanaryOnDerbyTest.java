package org.platformforge.delivery.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class CanaryOnDerbyTest extends CanaryContract {
    CanaryOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
