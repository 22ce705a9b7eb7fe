package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class SettingsOnPostgresqlTest extends SettingsContract {
    SettingsOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
