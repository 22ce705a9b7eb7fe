package org.platformforge.marketplace.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class PublishOnPostgresqlTest extends PublishContract {
    PublishOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
