package org.platformforge.catalog.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class CatalogOnPostgresqlTest extends CatalogContract {
    CatalogOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
