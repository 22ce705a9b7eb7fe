package org.platformforge.marketplace.domain;

import java.nio.file.Path;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.marketplace.store.InstallationTable;

class KillOnPostgresqlTest extends KillContract {
    @Override
    StoreFixture first(Path folder) {
        return StoreFixture.postgresql(InstallationTable.class);
    }
}
