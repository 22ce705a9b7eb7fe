package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Gives records their place in their tenant's chain. */
final class Chain {
    private final DatabaseKind kind;
    private final AuditKeys keys;

    Chain(DatabaseKind kind, AuditKeys keys) {
        this.kind = kind;
        this.keys = keys;
    }

    ChainHead lock(Connection connection, String tenantId) throws SQLException {
        return ChainHead.lock(kind, connection, tenantId);
    }

    /** Numbers, digests and writes the records, all of one tenant. Holds the tenant's chain until the transaction ends. */
    void append(Connection connection, String tenantId, List<Row> rows) throws SQLException {
        ChainHead head = lock(connection, tenantId);
        String keyId = keys.digestKeyId();
        byte[] key = keys.digestKey(keyId, tenantId).orElseThrow();
        long sequence = head.lastSequence();
        String previous = head.lastHash();
        List<ChainedRow> chained = new ArrayList<>(rows.size());
        for (Row row : rows) {
            byte[] canonical = Digests.bytes(row.canonical(++sequence, previous, keyId));
            String mac = HexFormat.of().formatHex(Digests.mac(key, canonical));
            String hash = Digests.hash(canonical, mac);
            chained.add(new ChainedRow(row, sequence, keyId, previous, hash, mac));
            previous = hash;
        }
        AuditTable.insert(connection, chained);
        new ChainHead(sequence, previous, head.firstSequence(), head.firstPrevious()).write(connection, tenantId);
    }
}
