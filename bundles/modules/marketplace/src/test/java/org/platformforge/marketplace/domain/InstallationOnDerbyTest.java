package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class InstallationOnDerbyTest extends InstallationContract {
    InstallationOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
