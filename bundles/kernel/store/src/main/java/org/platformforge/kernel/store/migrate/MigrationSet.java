package org.platformforge.kernel.store.migrate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The migrations of one bundle for one kind of database.
 *
 * @param owner the bundle's symbolic name; owns the history table
 * @param scripts file name to SQL, in name order
 */
public record MigrationSet(String owner, SortedMap<String, String> scripts) {
    /** PostgreSQL cuts names at 63 bytes; the prefix and a hash must fit too. */
    private static final int LONGEST_PLAIN_OWNER = 48;

    public MigrationSet {
        scripts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(scripts));
    }

    public boolean isEmpty() {
        return scripts.isEmpty();
    }

    /** The same for two sets exactly when they have the same scripts with the same contents. */
    public String checksum() {
        MessageDigest digest = sha256();
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            byte[] content = script.getValue().getBytes(StandardCharsets.UTF_8);
            digest.update((script.getKey() + '\0' + content.length + '\0').getBytes(StandardCharsets.UTF_8));
            digest.update(content);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** One history table per owner: readable for ordinary names, with a hash where two could otherwise collide. */
    String historyTable() {
        String readable = owner.replaceAll("[^a-z0-9]", "_");
        if (owner.matches("[a-z0-9.]{1," + LONGEST_PLAIN_OWNER + "}")) {
            return "schema_of_" + readable;
        }
        byte[] hash = sha256().digest(owner.getBytes(StandardCharsets.UTF_8));
        String start = readable.substring(0, Math.min(readable.length(), LONGEST_PLAIN_OWNER - 9));
        return "schema_of_" + start + "_" + HexFormat.of().formatHex(hash, 0, 4);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
