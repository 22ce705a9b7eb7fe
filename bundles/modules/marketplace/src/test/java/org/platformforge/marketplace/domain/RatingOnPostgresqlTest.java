package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class RatingOnPostgresqlTest extends RatingContract {
    RatingOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
