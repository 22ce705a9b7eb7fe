package org.platformforge.delivery.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.delivery.store.TargetTable;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.store.Store;

/** Where services run, and under which host name. Thread-safe. */
final class TargetNames {
    private static final int LONGEST_HOST = 63;
    private static final int MARK = 6;

    private final Store store;
    private final TargetTable targets;
    private final Engines engines;

    TargetNames(Store store, TargetTable targets, Engines engines) {
        this.store = store;
        this.targets = targets;
        this.engines = engines;
    }

    /** Made when it is first asked for; two at once find the same one. */
    TargetRow findOrMake(String tenantId, DeployRequest request) {
        return store.call(tenantId, tx -> targets.find(tx, tenantId, request.service(), request.environment()))
                .orElseGet(() -> {
                    TargetRow made = new TargetRow(
                            tenantId,
                            request.service(),
                            request.environment(),
                            Ids.next("tgt-"),
                            "",
                            Ids.next("res-"),
                            0,
                            null,
                            null);
                    TargetRow named = named(made, host(made));
                    return store.call(tenantId, tx -> {
                        Optional<TargetRow> other =
                                targets.find(tx, tenantId, request.service(), request.environment());
                        if (other.isEmpty()) {
                            targets.insert(tx, named);
                        }
                        return other.orElse(named);
                    });
                });
    }

    private static TargetRow named(TargetRow row, String host) {
        return new TargetRow(
                row.tenantId(), row.service(), row.environment(), row.id(), host, row.routeId(), 0, null, null);
    }

    /** Host names are of the whole platform: where the plain one is somebody else's, this tenant's mark is put behind. */
    private String host(TargetRow target) {
        String plain = target.service() + "-" + target.environment();
        List<Map<String, Object>> nowhere =
                List.of(RolloutPlan.upstream(new RolloutPlan.Share(target.routeId(), 1), "127.0.0.1:1"));
        boolean free = plain.length() <= LONGEST_HOST
                && engines.resourcesNow()
                        .objections(target.tenantId(), Wishes.route(named(target, plain), nowhere))
                        .isEmpty();
        if (free) {
            return plain;
        }
        String head = plain.substring(0, Math.min(plain.length(), LONGEST_HOST - MARK - 1));
        return head + "-" + mark(target.tenantId() + "/" + plain);
    }

    private static String mark(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, MARK);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }
}
