package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class TrustOnPostgresqlTest extends TrustContract {
    TrustOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
