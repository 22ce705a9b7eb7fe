package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.record.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes operations that ended long ago, with their logs; whether what they made still exists plays no part. */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int BATCH = 100;

    private final Store store;
    private final Tables tables;

    Retention(Store store, Tables tables) {
        this.store = store;
        this.tables = tables;
    }

    /** Never throws: what is left is found by the next sweep. */
    void sweep(Duration retention) {
        try {
            int removed = 0;
            int last;
            do {
                last = batch(retention);
                removed += last;
            } while (last == BATCH);
            LOG.debug("{} old operations removed", removed);
        } catch (RuntimeException e) {
            LOG.warn("Old operations could not be removed: {}", e.getMessage());
        }
    }

    private int batch(Duration retention) {
        return store.call(Store.ALL_TENANTS, tx -> {
            Instant limit = tx.now().minus(retention);
            List<String> old = tables.operations().finishedBefore(tx.connection(), limit, BATCH);
            for (String id : old) {
                if (tables.operations().delete(tx.connection(), id, limit)) {
                    tables.steps().delete(tx.connection(), id);
                    tables.logs().delete(tx.connection(), id);
                }
            }
            return old.size();
        });
    }
}
