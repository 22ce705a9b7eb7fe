package org.platformforge.provisioning.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class ProvisioningOnDerbyTest extends ProvisioningContract {
    ProvisioningOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
