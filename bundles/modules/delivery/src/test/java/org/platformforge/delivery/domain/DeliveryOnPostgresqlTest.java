package org.platformforge.delivery.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class DeliveryOnPostgresqlTest extends DeliveryContract {
    DeliveryOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
