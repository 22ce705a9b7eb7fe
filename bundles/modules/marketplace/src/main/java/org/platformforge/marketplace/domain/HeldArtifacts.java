package org.platformforge.marketplace.domain;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.delivery.ArtifactHolder;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Artifacts of all releases, whoever has installed them; what was replaced in a draft is not held. Thread-safe. */
@Component(service = ArtifactHolder.class)
public final class HeldArtifacts implements ArtifactHolder {
    private final Store store;

    @Activate
    public HeldArtifacts(@Reference Store store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "marketplace";
    }

    @Override
    public Set<String> held(String tenantId, Set<String> digests) {
        return store.call(tenantId, tx -> held(tx, tenantId, digests));
    }

    private static Set<String> held(Transaction tx, String tenantId, Set<String> digests) throws SQLException {
        Set<String> held = new HashSet<>();
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT sha256 FROM mkt_release WHERE tenant_id = ? AND sha256 IS NOT NULL")) {
            query.setString(1, tenantId);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    held.add(ArtifactStore.ALGORITHM + row.getString(1));
                }
            }
        }
        held.retainAll(digests);
        return held;
    }
}
