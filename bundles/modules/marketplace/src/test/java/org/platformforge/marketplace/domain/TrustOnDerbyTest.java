package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class TrustOnDerbyTest extends TrustContract {
    TrustOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
