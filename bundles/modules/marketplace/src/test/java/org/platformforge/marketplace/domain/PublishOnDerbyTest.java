package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class PublishOnDerbyTest extends PublishContract {
    PublishOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
