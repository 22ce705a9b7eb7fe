package org.platformforge.kernel.security.token;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.db.Inserts;
import org.platformforge.kernel.security.db.Timestamps;

/** The rows of {@code sec_signing_key}; private keys are sealed with the platform's secret key. */
final class SigningKeyTable {
    private static final String PURPOSE = "signing-key";

    private final Secrets secrets;
    private final boolean postgresql;

    SigningKeyTable(Secrets secrets, boolean postgresql) {
        this.secrets = secrets;
        this.postgresql = postgresql;
    }

    List<SigningKey> read(Transaction tx) throws SQLException {
        List<SigningKey> keys = new ArrayList<>();
        try (PreparedStatement select = tx.connection()
                .prepareStatement("SELECT serial, kid, public_key, private_key, signs_from"
                        + " FROM sec_signing_key WHERE tenant_id = ? ORDER BY serial")) {
            select.setString(1, Tenants.PLATFORM);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(key(rows));
                }
            }
        }
        return keys;
    }

    private SigningKey key(ResultSet row) throws SQLException {
        byte[] publicKey = Base64.getUrlDecoder().decode(row.getString("public_key"));
        Ed25519PrivateKeyParameters privateKey = open(row.getString("kid"), row.getString("private_key"));
        return new SigningKey(row.getInt("serial"), Timestamps.get(row, "signs_from"), publicKey, privateKey);
    }

    private Ed25519PrivateKeyParameters open(String kid, String sealed) {
        try {
            return new Ed25519PrivateKeyParameters(secrets.open(PURPOSE, kid, sealed));
        } catch (IllegalArgumentException e) {
            return null; // another secret key sealed it: this node verifies with it and reports that it cannot sign
        }
    }

    /** @return whether it was added; not when another node has added this serial first */
    boolean add(Transaction tx, int serial, Instant signsFrom, Ed25519PrivateKeyParameters privateKey)
            throws SQLException {
        byte[] publicKey = privateKey.generatePublicKey().getEncoded();
        String kid = SigningKey.kid(publicKey);
        String insert = "INSERT INTO sec_signing_key"
                + " (tenant_id, serial, kid, public_key, private_key, created_at, signs_from) VALUES (?,?,?,?,?,?,?)";
        return Inserts.ifAbsent(tx, postgresql, insert, row -> {
            row.setString(1, Tenants.PLATFORM);
            row.setInt(2, serial);
            row.setString(3, kid);
            row.setString(4, Base64.getUrlEncoder().withoutPadding().encodeToString(publicKey));
            row.setString(5, secrets.seal(PURPOSE, kid, privateKey.getEncoded()));
            Timestamps.set(row, 6, tx.now());
            Timestamps.set(row, 7, signsFrom);
        });
    }

    void signFrom(Transaction tx, int serial, Instant signsFrom) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE sec_signing_key SET signs_from = ? WHERE tenant_id = ? AND serial = ?")) {
            Timestamps.set(update, 1, signsFrom);
            update.setString(2, Tenants.PLATFORM);
            update.setInt(3, serial);
            update.executeUpdate();
        }
    }

    void delete(Transaction tx, int serial) throws SQLException {
        try (PreparedStatement delete =
                tx.connection().prepareStatement("DELETE FROM sec_signing_key WHERE tenant_id = ? AND serial = ?")) {
            delete.setString(1, Tenants.PLATFORM);
            delete.setInt(2, serial);
            delete.executeUpdate();
        }
    }
}
