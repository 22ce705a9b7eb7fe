package org.platformforge.delivery.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class CanaryOnPostgresqlTest extends CanaryContract {
    CanaryOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
