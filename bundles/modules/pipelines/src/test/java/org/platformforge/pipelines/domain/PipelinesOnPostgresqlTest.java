package org.platformforge.pipelines.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class PipelinesOnPostgresqlTest extends PipelinesContract {
    PipelinesOnPostgresqlTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
