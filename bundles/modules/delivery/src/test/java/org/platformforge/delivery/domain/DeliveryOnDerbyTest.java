package org.platformforge.delivery.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class DeliveryOnDerbyTest extends DeliveryContract {
    DeliveryOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
