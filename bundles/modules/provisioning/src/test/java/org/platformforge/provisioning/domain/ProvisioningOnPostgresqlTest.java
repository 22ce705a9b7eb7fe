package org.platformforge.provisioning.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class ProvisioningOnPostgresqlTest extends ProvisioningContract {
    ProvisioningOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
