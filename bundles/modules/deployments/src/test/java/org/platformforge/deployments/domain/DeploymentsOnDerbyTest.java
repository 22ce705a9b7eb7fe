package org.platformforge.deployments.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class DeploymentsOnDerbyTest extends DeploymentsContract {
    DeploymentsOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
