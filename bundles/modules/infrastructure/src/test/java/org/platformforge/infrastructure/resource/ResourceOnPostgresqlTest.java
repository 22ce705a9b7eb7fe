package org.platformforge.infrastructure.resource;

import org.platformforge.kernel.store.database.DatabaseKind;

class ResourceOnPostgresqlTest extends ResourceContract {
    ResourceOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
