package org.platformforge.provisioning.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class ExtensionOnDerbyTest extends ExtensionContract {
    ExtensionOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
