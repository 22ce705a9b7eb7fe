package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class DependencyOnPostgresqlTest extends DependencyContract {
    DependencyOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
