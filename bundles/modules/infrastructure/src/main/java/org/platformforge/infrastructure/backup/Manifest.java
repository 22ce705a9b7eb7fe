package org.platformforge.infrastructure.backup;

import java.util.List;
import java.util.Map;

/**
 * What a backup holds. Written as JSON beside it, with an HMAC under the backup's key.
 *
 * @param format {@value #FORMAT}
 * @param id of the backup
 * @param database {@code derby} or {@code postgresql}
 * @param product the database's own name and version
 * @param createdAt ISO 8601
 * @param schemas the newest migration of each module, by its history table
 * @param tables what was found in the database that was restored from it
 * @param compared how many of the tables were the same in the platform's database
 * @param chunks SHA-256 of each chunk of the file, in order
 * @param sha256 of the whole file
 * @param size of the file in bytes
 * @param keyId which secret key of the platform the backup's own key is sealed with
 * @param sealedKey the backup's own key
 */
public record Manifest(
        String format,
        String id,
        String database,
        String product,
        String createdAt,
        Map<String, String> schemas,
        Map<String, TableState> tables,
        int compared,
        int chunkSize,
        List<String> chunks,
        String sha256,
        long size,
        String keyId,
        String sealedKey) {
    static final String FORMAT = "platform-forge-backup/1";

    /** @param checksum of the rows in any order */
    public record TableState(long rows, String checksum) {}

    Manifest with(Map<String, TableState> found, int same) {
        return new Manifest(
                format, id, database, product, createdAt, schemas, found, same, chunkSize, chunks, sha256, size, keyId,
                sealedKey);
    }
}
