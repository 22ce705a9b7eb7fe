package org.platformforge.marketplace.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Figures;
import org.platformforge.kernel.api.store.Transaction;

/** What the nodes counted of canaries, each life of a node in rows of its own. Plain SQL; thread-safe. */
@Component(service = CanaryTable.class)
public final class CanaryTable {

    /** Replaces what the run has counted of a release so far. Only one thread of a run writes. */
    public void write(Transaction tx, String installationId, String run, Figures figures) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE mkt_canary_figure SET release_no = ?, calls = ?, errors = ?, nanos = ?"
                        + " WHERE tenant_id = ? AND installation_id = ? AND sha256 = ? AND run_id = ?")) {
            if (bind(update, tx, installationId, run, figures).executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO mkt_canary_figure (release_no, calls, errors, nanos, tenant_id,"
                        + " installation_id, sha256, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            bind(insert, tx, installationId, run, figures).executeUpdate();
        }
    }

    private static PreparedStatement bind(
            PreparedStatement statement, Transaction tx, String installationId, String run, Figures figures)
            throws SQLException {
        statement.setString(1, figures.version());
        statement.setLong(2, figures.calls());
        statement.setLong(3, figures.errors());
        statement.setLong(4, figures.nanos());
        statement.setString(5, tx.tenantId());
        statement.setString(6, installationId);
        statement.setString(7, figures.sha256());
        statement.setString(8, run);
        return statement;
    }

    /** Sums by release of what all runs but one have counted. */
    public List<Figures> others(Transaction tx, String installationId, String run) throws SQLException {
        List<Figures> sums = new ArrayList<>();
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT sha256, release_no, SUM(calls), SUM(errors), SUM(nanos)"
                        + " FROM mkt_canary_figure WHERE tenant_id = ? AND installation_id = ? AND run_id <> ?"
                        + " GROUP BY sha256, release_no")) {
            query.setString(1, tx.tenantId());
            query.setString(2, installationId);
            query.setString(3, run);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sums.add(new Figures(
                            row.getString(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5)));
                }
            }
        }
        return sums;
    }

    public void delete(Transaction tx, String tenantId, String installationId) throws SQLException {
        try (PreparedStatement delete = tx.connection()
                .prepareStatement("DELETE FROM mkt_canary_figure WHERE tenant_id = ? AND installation_id = ?")) {
            delete.setString(1, tenantId);
            delete.setString(2, installationId);
            delete.executeUpdate();
        }
    }
}
