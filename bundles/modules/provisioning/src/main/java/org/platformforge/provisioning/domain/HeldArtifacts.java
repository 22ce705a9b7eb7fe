package org.platformforge.provisioning.domain;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.delivery.ArtifactHolder;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Artifacts that resources name, as long as an engine may hold them, and those of provisions on their way. Whatever of their
 * texts looks like an artifact's digest is held. Thread-safe.
 */
@Component(service = ArtifactHolder.class)
public final class HeldArtifacts implements ArtifactHolder {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final List<String> TEXTS = List.of(
            "SELECT properties, outputs, facts FROM prov_resource WHERE tenant_id = ?",
            "SELECT parameters, definition, outputs FROM prov_provision"
                    + " WHERE tenant_id = ? AND status IN ('IN_PROGRESS', 'ROLLING_BACK')");

    private final Store store;

    @Activate
    public HeldArtifacts(@Reference Store store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "provisioning";
    }

    @Override
    public Set<String> held(String tenantId, Set<String> digests) {
        return store.call(tenantId, tx -> {
            Set<String> held = new HashSet<>();
            for (String texts : TEXTS) {
                read(tx, tenantId, texts, held);
            }
            held.retainAll(digests);
            return held;
        });
    }

    private static void read(Transaction tx, String tenantId, String texts, Set<String> held) throws SQLException {
        Sql.scan(
                tx.connection(),
                texts,
                row -> {
                    for (int column = 1; column <= 3; column++) {
                        String text = row.getString(column);
                        Matcher matcher = DIGEST.matcher(text == null ? "" : text);
                        while (matcher.find()) {
                            held.add(matcher.group());
                        }
                    }
                    return true;
                },
                tenantId);
    }
}
