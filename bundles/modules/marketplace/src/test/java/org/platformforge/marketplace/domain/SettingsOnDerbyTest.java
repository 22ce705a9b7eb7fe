package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class SettingsOnDerbyTest extends SettingsContract {
    SettingsOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
