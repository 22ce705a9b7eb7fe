package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class NodeOnPostgresqlTest extends NodeContract {
    NodeOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
