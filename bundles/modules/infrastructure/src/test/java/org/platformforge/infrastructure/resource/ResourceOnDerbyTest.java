package org.platformforge.infrastructure.resource;

import org.platformforge.kernel.store.database.DatabaseKind;

class ResourceOnDerbyTest extends ResourceContract {
    ResourceOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
