package org.platformforge.pipelines.domain;

import org.platformforge.kernel.store.database.DatabaseKind;

class PipelinesOnDerbyTest extends PipelinesContract {
    PipelinesOnDerbyTest() {
        super(DatabaseKind.DERBY);
    }
}
