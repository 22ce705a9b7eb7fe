package org.platformforge.provisioning.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class ExtensionOnPostgresqlTest extends ExtensionContract {
    ExtensionOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
