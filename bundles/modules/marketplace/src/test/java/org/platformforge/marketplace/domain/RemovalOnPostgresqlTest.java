package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class RemovalOnPostgresqlTest extends RemovalContract {
    RemovalOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
