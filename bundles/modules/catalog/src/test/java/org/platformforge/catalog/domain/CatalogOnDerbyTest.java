package org.platformforge.catalog.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class CatalogOnDerbyTest extends CatalogContract {
    CatalogOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
