package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class InstallationOnPostgresqlTest extends InstallationContract {
    InstallationOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
