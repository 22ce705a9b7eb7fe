package org.platformforge.marketplace.domain;

import java.nio.file.Path;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.marketplace.store.InstallationTable;

class KillOnDerbyTest extends KillContract {
    @Override
    StoreFixture first(Path folder) {
        return StoreFixture.open(
                DatabaseSettings.of("jdbc:derby:" + folder.resolve("database") + ";create=true", null, null),
                InstallationTable.class);
    }
}
