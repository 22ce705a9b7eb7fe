package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class RatingOnDerbyTest extends RatingContract {
    RatingOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
