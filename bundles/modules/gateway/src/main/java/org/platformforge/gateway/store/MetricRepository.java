package org.platformforge.gateway.store;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.osgi.service.component.annotations.Component;
import org.platformforge.gateway.domain.Measurement;
import org.platformforge.kernel.api.store.Transaction;

/** The rows of {@code gw_metric}: written once, read by time, deleted by age. Thread-safe. */
@Component(service = MetricRepository.class)
public class MetricRepository {
    public void insert(Transaction tx, List<Measurement> measurements) throws SQLException {
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO gw_metric (tenant_id, service, environment, epoch_minute, part,"
                        + " requests, errors, latency) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Measurement one : measurements) {
                insert.setString(1, one.tenantId());
                insert.setString(2, one.service());
                insert.setString(3, one.environment());
                insert.setLong(4, one.epochMinute());
                insert.setString(5, one.part());
                insert.setLong(6, one.requests());
                insert.setLong(7, one.errors());
                insert.setBytes(8, encode(one.latency()));
                insert.executeUpdate();
            }
        }
    }

    /** Measurements of a service of the transaction's tenant from a minute on, in all its environments. */
    public List<Measurement> since(Transaction tx, String service, long fromMinute) throws SQLException {
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT environment, epoch_minute, part, requests, errors, latency FROM gw_metric"
                        + " WHERE tenant_id = ? AND service = ? AND epoch_minute >= ?")) {
            query.setString(1, tx.tenantId());
            query.setString(2, service);
            query.setLong(3, fromMinute);
            try (ResultSet row = query.executeQuery()) {
                List<Measurement> found = new ArrayList<>();
                while (row.next()) {
                    found.add(new Measurement(
                            tx.tenantId(),
                            service,
                            row.getString(1),
                            row.getLong(2),
                            row.getString(3),
                            row.getLong(4),
                            row.getLong(5),
                            decode(row.getBytes(6))));
                }
                return found;
            }
        }
    }

    public void deleteBefore(Transaction tx, long minute) throws SQLException {
        try (PreparedStatement delete =
                tx.connection().prepareStatement("DELETE FROM gw_metric WHERE epoch_minute < ?")) {
            delete.setLong(1, minute);
            delete.executeUpdate();
        }
    }

    private static byte[] encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Arrays.copyOf(buffer.array(), length);
    }

    private static Histogram decode(byte[] bytes) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("A latency histogram in gw_metric is not readable", e);
        }
    }
}
