package org.platformforge.kernel.store.audit;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.SqlTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the audit log: one for digests, of which every tenant has one derived, and one that signs checkpoints. They
 * are made at the first start, and again when the platform's secret key no longer opens them; what was made with a key that
 * is gone cannot be verified by digest any more, but by checkpoint. Thread-safe.
 */
final class AuditKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuditKeys.class);
    private static final String DIGEST = "digest";
    private static final String CHECKPOINT = "checkpoint";
    private static final String SEALED_FOR = "audit.";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final int DIGEST_KEY = 32;

    /** What stands before an Ed25519 public key in its X.509 form (RFC 8410). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Store store;
    private final Secrets secrets;
    private final SecureRandom random = new SecureRandom();
    private final Signer signer;
    private final Set<String> trusted;
    private volatile TreeMap<Integer, byte[]> digestKeys;

    private record Signer(PrivateKey key, String publicKey) {}

    /** @param opened null when the secret key is not here any more */
    private record Stored(int serial, String publicKey, byte[] opened) {}

    AuditKeys(Store store, Secrets secrets) {
        this.store = store;
        this.secrets = secrets;
        this.signer = signer(current(CHECKPOINT));
        this.trusted = stored(CHECKPOINT).values().stream()
                .filter(key -> key.opened() != null)
                .map(Stored::publicKey)
                .collect(Collectors.toUnmodifiableSet());
        current(DIGEST);
        this.digestKeys = digestKeys();
    }

    /** The id of the key that digests are made with now. */
    String digestKeyId() {
        return digestKeys.lastKey().toString();
    }

    /** A tenant's key, empty when it is not known here. */
    Optional<byte[]> digestKey(String keyId, String tenantId) {
        Optional<byte[]> known = known(keyId);
        if (known.isEmpty()) {
            digestKeys = digestKeys(); // another node may have made one
            known = known(keyId);
        }
        return known.map(key -> Digests.mac(key, Digests.bytes("tenant:" + tenantId)));
    }

    /** A tenant's keys in hex, by id. */
    Map<String, String> digestKeys(String tenantId) {
        Map<String, String> keys = new TreeMap<>();
        digestKeys
                .keySet()
                .forEach(serial -> digestKey(serial.toString(), tenantId)
                        .ifPresent(key ->
                                keys.put(serial.toString(), HexFormat.of().formatHex(key))));
        return keys;
    }

    private Optional<byte[]> known(String keyId) {
        try {
            return Optional.ofNullable(digestKeys.get(Integer.valueOf(keyId)));
        } catch (NumberFormatException e) {
            return Optional.empty(); // somebody wrote into the table
        }
    }

    /** Of the key that signs checkpoints, in hex. */
    String publicKey() {
        return signer.publicKey();
    }

    /** @return the signature in hex */
    String sign(String canonical) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(signer.key());
            signature.update(Digests.bytes(canonical));
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 is not available", e);
        }
    }

    /** Whether a key of this platform made the signature. */
    boolean verifies(String canonical, String publicKey, String signature) {
        try {
            if (!trusted.contains(publicKey)) {
                return false; // whoever can write into the database can bring a key of his own
            }
            byte[] raw = HexFormat.of().parseHex(publicKey);
            byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + raw.length);
            System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(Digests.bytes(canonical));
            return check.verify(HexFormat.of().parseHex(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // no key or no signature at all
        }
    }

    private TreeMap<Integer, byte[]> digestKeys() {
        TreeMap<Integer, byte[]> keys = new TreeMap<>();
        stored(DIGEST).values().stream()
                .filter(stored -> stored.opened() != null)
                .forEach(stored -> keys.put(stored.serial(), stored.opened()));
        return keys;
    }

    private TreeMap<Integer, Stored> stored(String purpose) {
        return store.call(Store.ALL_TENANTS, tx -> read(tx.connection(), purpose));
    }

    private static Signer signer(Stored stored) {
        try {
            PrivateKey key =
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(stored.opened()));
            return new Signer(key, stored.publicKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The audit log's signing key cannot be read", e);
        }
    }

    /** The newest key that opens; made when there is none. Several nodes may try. */
    private Stored current(String purpose) {
        Optional<Stored> usable = newest(purpose);
        if (usable.isEmpty()) {
            store.run(Store.ALL_TENANTS, tx -> {
                TreeMap<Integer, Stored> keys = read(tx.connection(), purpose);
                if (!keys.isEmpty()) {
                    LOG.warn("The audit log gets a new {} key: the secret key does not open the former one", purpose);
                }
                insert(tx.connection(), purpose, keys.isEmpty() ? 1 : keys.lastKey() + 1, tx.now());
            });
            usable = newest(purpose);
        }
        return usable.orElseThrow(() -> new IllegalStateException(
                "The audit log's keys were made by a node with another secret key (FORGE_SECRET_KEY)"));
    }

    private Optional<Stored> newest(String purpose) {
        return stored(purpose).descendingMap().values().stream()
                .filter(stored -> stored.opened() != null)
                .findFirst();
    }

    private TreeMap<Integer, Stored> read(Connection connection, String purpose) throws SQLException {
        TreeMap<Integer, Stored> keys = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT serial, public_key, sealed_key FROM store_audit_key WHERE tenant_id = ? AND purpose = ?")) {
            select.setString(1, Tenants.PLATFORM);
            select.setString(2, purpose);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int serial = row.getInt(1);
                    String publicKey = row.getString(2);
                    byte[] opened = open(purpose, context(serial, publicKey), row.getString(3));
                    keys.put(serial, new Stored(serial, publicKey, opened));
                }
            }
        }
        return keys;
    }

    /** Bound to the sealed key: nobody can put another public key beside it. */
    private static String context(int serial, String publicKey) {
        return serial + ":" + publicKey;
    }

    private byte[] open(String purpose, String context, String sealed) {
        try {
            return secrets.open(SEALED_FOR + purpose, context, sealed);
        } catch (IllegalArgumentException e) {
            return null; // another secret key sealed it
        }
    }

    /** Leaves it to another node that was first. */
    private void insert(Connection connection, String purpose, int serial, Instant now) throws SQLException {
        byte[] key;
        String publicKey = null;
        if (purpose.equals(CHECKPOINT)) {
            KeyPair pair = newPair();
            byte[] encoded = pair.getPublic().getEncoded();
            key = pair.getPrivate().getEncoded();
            publicKey = HexFormat.of().formatHex(encoded, X509_PREFIX.length, encoded.length);
        } else {
            key = new byte[DIGEST_KEY];
            random.nextBytes(key);
        }
        String conflict = store.databaseKind().equals("postgresql") ? " ON CONFLICT DO NOTHING" : "";
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO store_audit_key (tenant_id, purpose, serial, public_key, sealed_key, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)" + conflict)) {
            insert.setString(1, Tenants.PLATFORM);
            insert.setString(2, purpose);
            insert.setInt(3, serial);
            insert.setString(4, publicKey);
            insert.setString(5, secrets.seal(SEALED_FOR + purpose, context(serial, publicKey), key));
            SqlTime.set(insert, 6, now);
            insert.executeUpdate();
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private static KeyPair newPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 is not available", e);
        }
    }
}
