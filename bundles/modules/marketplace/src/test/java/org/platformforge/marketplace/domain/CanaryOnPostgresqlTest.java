package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class CanaryOnPostgresqlTest extends CanaryContract {
    CanaryOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
