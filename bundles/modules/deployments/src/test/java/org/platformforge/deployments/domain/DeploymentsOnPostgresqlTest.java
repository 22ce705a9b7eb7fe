package org.platformforge.deployments.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class DeploymentsOnPostgresqlTest extends DeploymentsContract {
    DeploymentsOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
